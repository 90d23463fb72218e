"""``python -m medialift.testing.supabase``: the stand-in as a command, until it is interrupted."""

from __future__ import annotations

import argparse
import signal
import threading
from collections.abc import Iterator, Sequence

from medialift.testing.supabase.server import SupabaseServer


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve, and print the environment that a site needs to use it."""
    chosen = _parser().parse_args(arguments)
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    with SupabaseServer(port=chosen.port) as server:
        server.project.make_bucket(chosen.bucket, public=chosen.public)
        for line in environment(server, chosen.bucket):
            print(line, flush=True)
        stopped.wait()


def environment(server: SupabaseServer, bucket: str) -> Iterator[str]:
    """Lines for a shell; the keys are those of a project that ends with the process."""
    project = server.project
    yield f"export SUPABASE_URL={server.url}"
    yield f"export SUPABASE_API_KEY={project.anon_key}"
    yield f"export SUPABASE_SERVICE_KEY={project.service_key}"
    yield f"export SUPABASE_JWT_SECRET={project.jwt_secret}"
    yield f"export SUPABASE_STORAGE_BUCKET={bucket}"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m medialift.testing.supabase", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="the port to listen on (default: a free one)")
    parser.add_argument("--bucket", default="media", help="the bucket to begin with (default: media)")
    parser.add_argument("--public", action="store_true", help="make that bucket public")
    return parser


if __name__ == "__main__":
    main()
