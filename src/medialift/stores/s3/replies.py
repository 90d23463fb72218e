"""The answers to requests without a driver: their heads, as far as they matter."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

_STATUS = re.compile("[0-9]{3}")
_LENGTH = re.compile("[0-9]{1,15}")


@dataclass(frozen=True, slots=True)
class Reply:
    """The head of an answer; names of headers in lower case."""

    status: int
    headers: Mapping[str, str]

    def can_be_about(self, rest: memoryview | None) -> bool:
        """Whether it can answer a request of which *rest* was not sent yet: it can refuse it, and no more."""
        return rest is None or self.status >= 300


def framed(data: bytes) -> tuple[Reply, bool] | None:
    """The reply at the start of *data*, and whether its connection can be used again; ``None`` if it is not all there.

    Raises ``OSError`` for what is no HTTP.
    """
    status, start = 0, 0
    while status < 200:  # "go on", and the like: the answer is still to come
        end = data.find(b"\r\n\r\n", start)
        if end < 0:
            return None
        first, *rest = data[start:end].decode("latin-1").split("\r\n")
        version, _, code = first.partition(" ")
        if not version.startswith("HTTP/1.") or not _STATUS.match(code):
            raise OSError("this is no answer")
        status, start = int(code[:3]), end + 4
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in rest)}
    length = headers.get("content-length", "0" if status == 204 else "")
    if not _LENGTH.fullmatch(length) or version != "HTTP/1.1" or "transfer-encoding" in headers:
        return Reply(status, headers), False
    if len(data) < start + int(length):
        return None
    whole = len(data) == start + int(length)
    return Reply(status, headers), whole and headers.get("connection", "").lower() != "close"
