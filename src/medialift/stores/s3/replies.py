"""The answers to requests without a driver: their heads, as far as they matter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reply:
    """The head of an answer; names of headers in lower case."""

    status: int
    headers: Mapping[str, str]


def framed(data: bytes) -> tuple[Reply, bool] | None:
    """The reply at the start of *data*, and whether its connection can be used again; ``None`` if it is not all there.

    Raises ``OSError`` for what is no HTTP.
    """
    end = data.find(b"\r\n\r\n")
    if end < 0:
        return None
    first, *rest = data[:end].decode("latin-1").split("\r\n")
    version, _, code = first.partition(" ")
    if not version.startswith("HTTP/1.") or not code[:3].isdigit():
        raise OSError("this is no answer")
    status = int(code[:3])
    if status < 200:  # "go on", and the like: the answer is still to come
        return framed(data[end + 4 :])
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in rest)}
    length = headers.get("content-length", "0" if status == 204 else "")
    if not length.isdigit() or version != "HTTP/1.1" or "transfer-encoding" in headers:
        return Reply(status, headers), False
    if len(data) < end + 4 + int(length):
        return None
    whole = len(data) == end + 4 + int(length)
    return Reply(status, headers), whole and headers.get("connection", "").lower() != "close"
