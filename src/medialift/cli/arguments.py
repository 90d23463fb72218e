"""Arguments that several verbs share, and the values that are read from their text."""

from __future__ import annotations

import argparse
import re
from pathlib import Path

_UNITS = {
    **{"": 1, "b": 1},
    **{"k": 1024, "m": 1024**2, "g": 1024**3},
    **{"kib": 1024, "mib": 1024**2, "gib": 1024**3},
    **{"kb": 1000, "mb": 1000**2, "gb": 1000**3},
    **{"t": 1024**4, "tib": 1024**4, "tb": 1000**4},
}
_BANDWIDTH = re.compile(r"(?P<number>[0-9]+(?:\.[0-9]+)?)\s*(?P<unit>[a-z]*)(?:/s)?")


def volume(text: str) -> int:
    """``"100GB"`` → bytes, in the units of :func:`bandwidth`."""
    found = _BANDWIDTH.fullmatch(text.strip().lower())
    if not found or found["unit"] not in _UNITS or text.strip().endswith("/s"):
        raise argparse.ArgumentTypeError(f"{text!r} is no size: write it as 100GB, 1.5TB or 200MiB")
    return int(float(found["number"]) * _UNITS[found["unit"]])


def bandwidth(text: str) -> int:
    """``"20MiB/s"`` → bytes a second. ``MiB`` and a bare ``M`` count in 1024s, ``MB`` in 1000s."""
    found = _BANDWIDTH.fullmatch(text.strip().lower())
    if not found or found["unit"] not in _UNITS:
        raise argparse.ArgumentTypeError(f"{text!r} is no bandwidth: write it as 20MiB/s, 500KiB/s or 8MB/s")
    octets = int(float(found["number"]) * _UNITS[found["unit"]])
    if octets < 1:
        raise argparse.ArgumentTypeError("a bandwidth of 0 would never end: leave --bandwidth out for no limit")
    return octets


def positive(text: str) -> int:
    """A whole number from 1 up."""
    if not re.fullmatch("[0-9]+", text) or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1 up")
    return int(text)


def seconds(text: str) -> float:
    """``"5m"`` → 300.0; a bare number counts seconds."""
    found = re.fullmatch(r"([0-9]+(?:\.[0-9]+)?)([smh]?)", text.strip().lower())
    length = float(found[1]) * {"": 1, "s": 1, "m": 60, "h": 3600}[found[2]] if found else 0.0
    if not length:
        raise argparse.ArgumentTypeError(f"{text!r} is no length of time: write it as 30s, 5m or 1h")
    return length


def address(text: str) -> tuple[str, int]:
    """``"9464"``, ``"127.0.0.1:9464"`` or ``"[::1]:9464"`` → host and port; without a host it is this machine alone."""
    host, colon, port = text.rpartition(":")
    if not re.fullmatch("[0-9]{1,5}", port) or int(port) > 65535 or (colon and not host):
        raise argparse.ArgumentTypeError(f"{text!r} is no address: write it as 127.0.0.1:9464 or 9464")
    return host.strip("[]") or "127.0.0.1", int(port)


def add_source(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--from", dest="source", metavar="ALIAS", default="default", help="alias in STORAGES (default: %(default)s)"
    )


def add_pair(parser: argparse.ArgumentParser) -> None:
    """Both ends of a move."""
    add_source(parser)
    parser.add_argument("--to", dest="target", metavar="ALIAS", required=True, help="alias in STORAGES")


def add_models(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--model",
        dest="models",
        metavar="app.Model",
        action="append",
        default=[],
        help="only files that rows of this model name; may be given several times",
    )


def add_scope(parser: argparse.ArgumentParser) -> None:
    """What of the source takes part."""
    add_models(parser)
    parser.add_argument(
        "--no-unreferenced",
        dest="unreferenced",
        action="store_false",
        help="leave out files that no row names (thumbnails, renditions, leftovers)",
    )


def add_privacy(parser: argparse.ArgumentParser) -> None:
    """What may be brought where everybody can read it."""
    parser.add_argument(
        "--allow-public",
        dest="allow_public",
        metavar="FIELD",
        action="append",
        default=[],
        help="a private field (app.Model.field) or folder that may go into a public store, or all; several times",
    )


def add_speed(parser: argparse.ArgumentParser) -> None:
    """How much of the machine and the line a move may take."""
    parser.add_argument("--workers", type=positive, metavar="N", help="at most this many transfers at a time")
    parser.add_argument("--bandwidth", type=bandwidth, metavar="RATE", help="at most this much, for instance 20MiB/s")
    parser.add_argument("--pause-file", type=Path, metavar="FILE", help="while this file exists, nothing new is sent")


def add_consent(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--yes",
        "--no-input",
        "--noinput",
        dest="yes",
        action="store_true",
        help="never ask; without a terminal nothing is asked anyway",
    )


def add_move(parser: argparse.ArgumentParser, *, optional: bool = False) -> None:
    """Which move of the ledger is meant."""
    if optional:
        parser.add_argument("move", metavar="MOVE", nargs="?", help="id of the move (default: the latest)")
    else:
        parser.add_argument("move", metavar="MOVE", help="id of the move; `medialift status` lists them")
