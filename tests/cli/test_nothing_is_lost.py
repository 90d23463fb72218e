"""For every row: its file is proved at the target, or it is told by name with a truthful reason.

Django's own storage is the judge of what the site could read before, a real folder the source.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import FileSystemStorage

from tests.cli.conftest import FILE_SYSTEM, Site, files, run, use
from tests.cli.scrapbook.models import Sticker
from tests.ordinary_user import ordinary_user

BODY = b"what the site reads"


def plain(media: Path, name: str = "a.png") -> str:
    path = media / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(BODY)
    return name


def link(media: Path, name: str, to: Path) -> str:
    (media / name).symlink_to(to)
    return name


def outside(media: Path) -> Path:
    folder = media.parent / "outside"
    folder.mkdir()
    plain(folder)
    return folder


def pipe(media: Path) -> str:
    os.mkfifo(media / "pipe.png")
    return "pipe.png"


def a_socket(media: Path) -> str:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(media / "socket.png"))
    return "socket.png"


def looped(media: Path) -> str:
    (media / "loop.png").symlink_to("loop.png")
    return "loop.png"


def folder(media: Path) -> str:
    plain(media, "album/one.png")
    return "album"


def unfinished(media: Path) -> str:
    return plain(media, f".medialift-{'0' * 32}.part")


def linked_inside(media: Path) -> str:
    plain(media, "real/a.png")
    return link(media, "here.png", media / "real" / "a.png")


def linked_out(media: Path) -> str:
    return link(media, "l.png", outside(media) / "a.png")


def through_a_linked_folder(media: Path) -> str:
    link(media, "office", outside(media))
    return "office/a.png"


def back_in_by_a_link(media: Path) -> str:
    plain(media, "real/a.png")
    away = outside(media)
    (away / "home").symlink_to(media / "real")
    link(media, "away", away)
    return "away/home/a.png"


@dataclass(frozen=True)
class Case:
    """*make* prepares the folder and says what the row holds; *state* is where the row's file must end.

    *bridged* is where it ends if the storage is one that is worked through Django's own methods.
    """

    make: Callable[[Path], str]
    state: str
    reason: str = ""
    bridged: str = ""


class Bridged(FileSystemStorage):
    """A site's own kind of storage: nobody knows what else it does, and so nothing goes around it."""

    def _save(self, name: str, content: Any) -> str:
        return str(super()._save(name, content))  # type: ignore[misc]


class IgnoresCase(Bridged):
    """Keeps small letters only, as the disks of some systems do in effect."""

    def path(self, name: str) -> str:
        return super().path(name.lower())


MOVED, MISSING, BEYOND = "verified", "missing-at-baseline", "out-of-reach"
CASES = {
    "plain": Case(plain, MOVED),
    "with a double slash": Case(lambda media: plain(media, "x/a.png").replace("/", "//"), MOVED),
    "with a dot": Case(lambda media: f"./{plain(media)}", MOVED),
    "up and down again": Case(lambda media: f"x/../{plain(media)}", MOVED),
    "with a slash at its end": Case(lambda media: f"{plain(media)}/", MOVED),
    "a backslash": Case(lambda media: plain(media, "a\\b.png"), MOVED, bridged=BEYOND),
    "a newline": Case(lambda media: plain(media, "a\nb.png"), MOVED),
    "hidden": Case(lambda media: plain(media, ".hidden"), MOVED),
    "a link within": Case(linked_inside, MOVED),
    "a link out": Case(
        lambda media: link(media, "l.png", outside(media) / "a.png"), BEYOND, "out of the folder", MOVED
    ),
    "below a link out": Case(through_a_linked_folder, BEYOND, "out of the folder", MOVED),
    "out by a link and in by another": Case(back_in_by_a_link, MOVED),
    "a path": Case(lambda media: f"{media}/{plain(media)}", BEYOND, "should read a.png"),
    "a path with a double slash": Case(lambda media: f"{media}//{plain(media)}", BEYOND, "should read a.png"),
    "out and in again": Case(lambda media: f"../{media.name}/{plain(media)}", BEYOND, "should read a.png"),
    "a pipe": Case(pipe, BEYOND, "a named pipe"),
    "a socket": Case(a_socket, BEYOND, "a socket"),
    "a device": Case(lambda media: link(media, "null.png", Path("/dev/null")), BEYOND, "out of the folder"),
    "a write's own name": Case(unfinished, BEYOND, "has not finished"),
    "not there": Case(lambda media: "gone.png", MISSING, "no such file"),
    "not there, below a file": Case(lambda media: f"{plain(media)}/b.png", MISSING, "no such file"),
    "a folder": Case(folder, MISSING, "a folder has this name"),
    "a dangling link": Case(lambda media: link(media, "d.png", media / "gone"), MISSING, "is not there"),
    "a link to itself": Case(looped, MISSING),
    "out of the folder": Case(lambda media: f"../{outside(media).name}/a.png", MISSING, "leads out"),
    "a path out of the folder": Case(lambda media: f"{outside(media)}/a.png", MISSING, "leads out"),
    "longer than any name": Case(lambda media: "x" * 80 + "/" + "y" * 99, MISSING),
}


PLANNED = {MOVED: "copy", MISSING: "missing", BEYOND: "out-of-reach"}


def site_reads(media: Path, name: str) -> bool:
    """Whether Django's storage gives bytes for *name*; a pipe or a device would, once somebody writes into it."""
    with suppress(OSError, SuspiciousFileOperation):
        path = FileSystemStorage(str(media)).path(name)
        if os.path.exists(path) and not os.path.isfile(path):
            return not os.path.isdir(path)
        with FileSystemStorage(str(media)).open(name) as file:
            return bool(file.read() == BODY)
    return False


@pytest.mark.parametrize("case", CASES.values(), ids=list(CASES))
@pytest.mark.parametrize("kind", [FILE_SYSTEM, f"{__name__}.Bridged"])
def test_a_rows_file_arrives_or_is_told(site: Site, settings: Any, case: Case, kind: str) -> None:
    if kind != FILE_SYSTEM:
        use(settings, {**settings.STORAGES, "default": {"BACKEND": kind}})
        case = replace(case, state=case.bridged or case.state, reason="")
        if case.make in (looped, unfinished):
            pytest.skip("Django's own listdir refuses it, or the target here does: told, and elsewhere tested")
    name = case.make(site.media)
    Sticker.objects.create(image=name)
    assert site_reads(site.media, name) == (case.state != MISSING), "the table is wrong"
    steps = [entry for entry in run("plan", "--to", "cloud", "--json").objects if entry["type"] == "step"]
    (step,) = (entry for entry in steps if entry["rows"])
    assert step["action"] == PLANNED[case.state]
    assert case.reason in step["reason"]
    ran = run("migrate", "--to", "cloud", "--json")
    assert case.state in ran.last["states"]
    assert site_reads(site.cloud, name) == (case.state == MOVED)
    problems = [(entry["name"], entry["state"]) for entry in ran.objects if entry["type"] == "problem"]
    assert problems == ([(name, BEYOND)] if case.state == BEYOND else [])
    assert ran.code == (1 if case.state == BEYOND else 0)
    listed = [entry["name"] for entry in run("missing", "--json").objects if entry["type"] == "missing"]
    assert listed == ([name] if case.state == MISSING else [])


def test_names_that_differ_in_case_find_their_file_where_case_means_nothing(site: Site, settings: Any) -> None:
    use(settings, {**settings.STORAGES, "default": {"BACKEND": f"{__name__}.IgnoresCase"}})
    plain(site.media, "a.png")
    for name in ("a.png", "A.png"):
        Sticker.objects.create(image=name)
    assert run("migrate", "--to", "cloud").code == 0
    assert all(site_reads(site.cloud, name) for name in ("a.png", "A.png"))


@pytest.fixture
def shared(site: Site) -> Site:
    """A target that everybody may write to."""
    site.cloud.chmod(0o777)
    return site


def test_a_file_that_may_not_be_read_is_told_by_name(shared: Site) -> None:
    (shared.media / shared.sticker("closed.png", BODY)).chmod(0)
    shared.sticker("open.png", BODY)
    with ordinary_user():
        ran = run("migrate", "--to", "cloud", "--json")
    assert ran.code == 1
    assert [(each["name"], each["state"]) for each in ran.objects if each["type"] == "problem"] == [
        ("closed.png", "unreadable")
    ]
    assert (shared.cloud / "open.png").read_bytes() == BODY


@pytest.mark.parametrize("mode", [0o000, 0o311, 0o644], ids=["closed", "not to be listed", "not to be entered"])
def test_a_folder_that_may_not_be_listed_ends_it_at_once_and_by_name(shared: Site, mode: int) -> None:
    shared.sticker("closed/a.png", BODY)
    (shared.media / "closed").chmod(mode)
    with ordinary_user():
        ran = run("migrate", "--to", "cloud")
    assert ran.code == 2
    assert f"{shared.media}/closed" in ran.error
    assert files(shared.cloud) == {}


def test_the_folder_that_a_file_system_keeps_for_itself_hinders_nobody(shared: Site) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can make a folder of root's: run the tests as root")
    (shared.media / "lost+found").mkdir(mode=0o700)
    shared.sticker("a.png", BODY)
    with ordinary_user():
        ran = run("migrate", "--to", "cloud")
    assert ran.code == 0
    assert "Note: lost+found is left out: the file system keeps this folder for itself" in " ".join(ran.out.split())


def test_a_file_whose_name_is_no_text_is_told(site: Site) -> None:
    with open(os.fsencode(site.media) + b"/caf\xe9.png", "wb") as file:
        file.write(BODY)
    ran = run("migrate", "--to", "cloud")
    assert "its name is not valid UTF-8" in " ".join(ran.out.split())
