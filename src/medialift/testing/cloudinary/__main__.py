"""``python -m medialift.testing.cloudinary``: the stand-in as a command, until it is interrupted."""

from __future__ import annotations

import argparse
import signal
import threading
from collections.abc import Sequence

from medialift.testing.cloudinary.account import Account
from medialift.testing.cloudinary.server import CloudinaryServer


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve, and print the environment that a site needs to use it."""
    chosen = _parser().parse_args(arguments)
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    account = Account(cloud=chosen.cloud, withholds=not chosen.delivers_pdf)
    with CloudinaryServer(account, port=chosen.port) as server:
        # The key is that of a cloud that ends with the process.
        print(f"export CLOUDINARY_URL='{server.cloudinary_url}'", flush=True)
        stopped.wait()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m medialift.testing.cloudinary", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="the port to listen on (default: a free one)")
    parser.add_argument("--cloud", default="demo-cloud", help="the cloud's name (default: demo-cloud)")
    parser.add_argument("--delivers-pdf", action="store_true", help="deliver PDFs and archives, as paid accounts do")
    return parser


if __name__ == "__main__":
    main()
