"""What libraries read of an archive at once, whatever the archive says."""

from __future__ import annotations

from typing import IO, Any

MOST = 5 * 1024 * 1024
"""Bytes: the directory of some 50,000 files."""


class TooMuchAtOnceError(ValueError):
    """A directory, or the header of a member, that is far too large to be an honest one."""


class Sparing:
    """*file*, of which at most *most* bytes are read at once.

    zipfile takes the whole directory into memory before anybody can count it, and tarfile a member's header.
    """

    def __init__(self, file: IO[bytes], most: int = MOST) -> None:
        self._file, self._most = file, most

    def read(self, size: int = -1, /) -> bytes:
        """Raises :class:`TooMuchAtOnceError`."""
        data = b"" if size > self._most else self._file.read(size if size >= 0 else self._most + 1)
        if max(size, len(data)) > self._most:
            raise TooMuchAtOnceError
        return data

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)
