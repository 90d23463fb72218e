"""`python -m example.demo`: the main job, end to end, every claim tested. Exits 0 only if all hold."""

from __future__ import annotations

import os
import shutil
import signal
import sys
from contextlib import suppress
from pathlib import Path
from types import FrameType

from example.data.size import Size
from example.demo import story
from example.demo.bucket import serving
from example.demo.pages import Browser
from example.demo.report import Report
from example.demo.site import Site

FOLDER = Path("build/demo")


def run(report: Report, folder: Path, *, photos: int = Size.photos, serve: bool = False) -> None:
    """Tell the whole story in *folder*; with *serve* the site stays up until Ctrl-C."""
    with serving(folder.resolve() / "bucket") as bucket:
        site = Site(folder.resolve() / "site", {**bucket.environment, "CLOUD_STORAGE_URL": bucket.dsn})
        told = story.Story(report, site, bucket, Browser(), photos)
        try:
            originals = story.build(told)
            story.plan(told)
            move = story.move(told, originals)
            story.prove(told, move)
            story.switch(told, originals)
            story.come_home(told, move, originals)
        except Exception as error:  # noqa: BLE001  whatever it is, the report has to tell it
            report.fail(error)
        report.end(folder / "report.json")
        if serve:
            stay(told)


def stay(told: story.Story) -> None:
    """Serve the site from the bucket until Ctrl-C or SIGTERM."""
    with told.abroad.running() as address:
        print(f"\n  The site is at {address}, its media in the bucket. Ctrl-C ends both.", flush=True)
        with suppress(SystemExit):
            signal.pause()


def leave(number: int, frame: FrameType | None) -> None:
    """End by an exception, so that every server that was started is stopped on the way out."""
    raise SystemExit(128 + number)


def main() -> int:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, leave)
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    report = Report()
    run(report, FOLDER, serve=bool(os.environ.get("SERVE")))
    return 0 if report.holds else 1


if __name__ == "__main__":
    sys.exit(main())
