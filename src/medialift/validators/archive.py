"""Archives that unpack into more than anybody wants."""

from __future__ import annotations

import stat
import tarfile
import zipfile
import zlib
from typing import IO, Any

from django.core.exceptions import ValidationError
from django.utils.deconstruct import deconstructible
from django.utils.translation import gettext_lazy as _

from medialift.conf import parse
from medialift.validators.amounts import amount
from medialift.validators.candidate import Candidate, Needs
from medialift.validators.rule import Rule
from medialift.validators.sniff import sniff
from medialift.validators.sparing import Sparing, TooMuchAtOnceError

_OPAQUE = ("application/vnd.rar", "application/x-7z-compressed", "application/x-xz", "application/x-bzip2")
_NESTED = (".zip", ".jar", ".gz", ".tgz", ".7z", ".rar", ".bz2", ".xz", ".tar")
_CHUNK = 64 * 1024
_TOLD, _LEAST = 512, 1024 * 1024
"""Bytes that an archive may say of each of its members, and of all of them however few they are."""


@deconstructible(path="medialift.validators.ArchiveContent")
class ArchiveContent(Rule):
    """What zip, tar and gzip files, and the many formats that are zip files, may unpack into.

    *max_entries* members, *max_unpacked* bytes in all, *max_ratio* times the size of the file.
    Members that lead out of their folder, links, encrypted members, archives in archives (unless
    *nested*) and members that share their bytes are refused, and so are archives that cannot be
    looked into without unpacking (rar, 7z, xz, bzip2), unless *opaque*. Nothing is unpacked to disk.
    """

    needs = Needs.WHOLE
    too_much = _("This archive unpacks into more than is accepted: at most %(limit)s, and %(entries)s files.")
    unsafe = _("This archive holds something that is not accepted: %(entry)s.")
    cannot_tell = _("This archive cannot be looked into. Please send a ZIP archive, without a password.")

    def __init__(
        self,
        *,
        max_entries: int = 10_000,
        max_unpacked: int | str = "500MB",
        max_ratio: int = 200,
        nested: bool = False,
        opaque: bool = False,
    ) -> None:
        self.max_entries, self.max_unpacked = max_entries, parse.size(max_unpacked)
        self.max_ratio, self.nested, self.opaque = max_ratio, nested, opaque

    def check(self, candidate: Candidate) -> None:
        head, kind = candidate.head(512), sniff(candidate)
        limit = min(self.max_unpacked, max(candidate.size, _CHUNK) * self.max_ratio)
        try:
            with candidate.opened() as opened:
                file: Any = Sparing(opened, max(self.max_entries * _TOLD, _LEAST))
                if head.startswith(b"PK"):
                    self._zip(file, candidate.size, limit)
                elif kind == "application/gzip":
                    self._gzip(file, limit)
                elif kind == "application/x-tar" or head[257:262] == b"ustar":
                    self._tar(file, limit)
                elif kind in _OPAQUE and not self.opaque:
                    raise self._refusal("cannot_tell", limit)
        except TooMuchAtOnceError:
            raise self._refusal("too_much", limit) from None
        except (zipfile.BadZipFile, tarfile.TarError, zlib.error, NotImplementedError, RuntimeError, OSError, EOFError):
            raise self._refusal("cannot_tell", limit) from None

    def _zip(self, file: IO[bytes], size: int, limit: int) -> None:
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
        if len(entries) > self.max_entries or sum(entry.file_size for entry in entries) > limit:
            raise self._refusal("too_much", limit)
        # Members that overlap count the same bytes many times: together they are larger than the file.
        if sum(entry.compress_size for entry in entries) > size:
            raise self._refusal("too_much", limit)
        for entry in entries:
            if entry.flag_bits & 0x1:
                raise self._refusal("cannot_tell", limit)
            is_link = stat.S_ISLNK(entry.external_attr >> 16)
            self._member(entry.filename, limit, unsafe=is_link)

    def _tar(self, file: IO[bytes], limit: int) -> None:
        total = 0
        with tarfile.open(fileobj=file, mode="r:") as archive:
            for number, member in enumerate(archive, start=1):
                total += member.size
                if number > self.max_entries or total > limit:
                    raise self._refusal("too_much", limit)
                self._member(member.name, limit, unsafe=not (member.isfile() or member.isdir()))

    def _gzip(self, file: IO[bytes], limit: int) -> None:
        """Unpack into nothing, as far as the limit goes."""
        unpack, total = zlib.decompressobj(wbits=31), 0
        while data := unpack.unconsumed_tail or unpack.unused_data or file.read(_CHUNK):
            if unpack.eof:
                if not data.startswith(b"\x1f\x8b"):
                    return  # what gzip itself ignores: padding after the last member
                unpack = zlib.decompressobj(wbits=31)
            total += len(unpack.decompress(data, _CHUNK))
            if total > limit:
                raise self._refusal("too_much", limit)

    def _member(self, name: str, limit: int, *, unsafe: bool) -> None:
        parts = name.replace("\\", "/").split("/")
        leads_out = name.startswith(("/", "\\")) or ".." in parts or ":" in parts[0] or "\0" in name
        is_nested = not self.nested and name.lower().endswith(_NESTED)
        if unsafe or leads_out or is_nested:
            raise self._refusal("unsafe", limit, entry=name[:100])

    def _refusal(self, what: str, limit: int, *, entry: str = "") -> ValidationError:
        told = {"limit": amount(limit), "entries": self.max_entries, "entry": entry}
        return ValidationError(getattr(self, what), code=f"archive_{what}", params=told)
