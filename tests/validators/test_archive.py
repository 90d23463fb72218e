from __future__ import annotations

import gzip
import io
import lzma
import tarfile
import tracemalloc
import zipfile

import pytest
from django.core.exceptions import ValidationError

from medialift.validators import ArchiveContent
from tests.validators.samples import GOOD, candidate, picture, tarred, zipped


def refused(data: bytes, rule: ArchiveContent | None = None) -> str:
    with pytest.raises(ValidationError) as caught:
        (rule or ArchiveContent()).check(candidate("a", data))
    assert all(caught.value.messages)
    return caught.value.code or ""


def member(name: str, size: int = 0, kind: bytes = tarfile.REGTYPE) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.size, info.type, info.linkname = size, kind, "/etc/passwd"
    return info


@pytest.mark.parametrize("name", GOOD)
def test_honest_files_pass(name: str) -> None:
    ArchiveContent().check(candidate(name, GOOD[name]))


def test_bombs_are_refused_by_what_they_announce_or_by_unpacking_into_nothing() -> None:
    zeros = bytes(50_000_000)
    assert refused(zipped({"a": zeros})) == "archive_too_much"
    assert refused(gzip.compress(zeros)) == "archive_too_much"
    assert refused(gzip.compress(b"x") + gzip.compress(zeros)) == "archive_too_much"
    assert (
        refused(zipped({str(number): b"" for number in range(11)}), ArchiveContent(max_entries=10))
        == "archive_too_much"
    )
    assert refused(tarred(member("a", 3000)), ArchiveContent(max_unpacked="2KB")) == "archive_too_much"


def test_what_an_archive_says_of_itself_is_not_read_before_it_is_counted() -> None:
    """Neither a directory of 300,000 files, nor a header of a member that is as long as a film."""
    whole = zipped({"a": b""})
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        start = archive.start_dir
    entry, end, many = whole[start:-22], whole[-22:], 300_000
    size = len(entry) * many
    directory = end[:8] + (many & 0xFFFF).to_bytes(2, "little") * 2 + size.to_bytes(4, "little") + end[16:]
    header = tarfile.TarInfo("a")
    header.type, header.size = tarfile.XHDTYPE, 20_000_000
    for data in (whole[:start] + entry * many + directory, header.tobuf(tarfile.USTAR_FORMAT) + bytes(header.size)):
        tracemalloc.start()
        try:
            assert refused(data) == "archive_too_much"
            assert tracemalloc.get_traced_memory()[1] < 2_000_000
        finally:
            tracemalloc.stop()


def test_members_that_share_their_bytes_are_refused() -> None:
    """A zip whose directory names one member a hundred times over."""
    whole = zipped({"kernel": bytes(range(256)) * 8})
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        start = archive.start_dir
    directory, end = whole[start:-22], whole[-22:]
    many = 100
    counted = end[:8] + many.to_bytes(2, "little") * 2 + (len(directory) * many).to_bytes(4, "little") + end[16:]
    assert refused(whole[:start] + directory * many + counted, ArchiveContent(max_ratio=10_000)) == "archive_too_much"


@pytest.mark.parametrize(
    "name", ["../a", "a/../../b", "/etc/passwd", "C:/x", "..\\a", "\\\\host\\x", "inner.zip", "x.tar.gz"]
)
def test_members_that_lead_out_and_nested_archives_are_refused(name: str) -> None:
    assert refused(zipped({name: b"x"})) == "archive_unsafe"
    assert refused(tarred(member(name))) == "archive_unsafe"


def test_nested_archives_can_be_allowed() -> None:
    ArchiveContent(nested=True).check(candidate("a.zip", zipped({"inner.zip": zipped({"a": "x"})})))


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE])
def test_links_and_devices_are_refused(kind: bytes) -> None:
    assert refused(tarred(member("a", kind=kind))) == "archive_unsafe"
    link = zipfile.ZipInfo("a")
    link.external_attr = 0o120777 << 16
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(link, "/etc/passwd")
    assert refused(buffer.getvalue()) == "archive_unsafe"


def test_what_cannot_be_looked_into_is_told() -> None:
    whole = GOOD["a.zip"]
    assert refused(whole[: len(whole) // 2]) == "archive_cannot_tell"
    assert refused(lzma.compress(b"x" * 1000)) == "archive_cannot_tell"
    ArchiveContent(opaque=True).check(candidate("a.xz", lzma.compress(b"x" * 1000)))
    locked = bytearray(whole)
    directory = locked.rindex(b"PK\x01\x02")
    locked[directory + 8] |= 1
    assert refused(bytes(locked)) == "archive_cannot_tell"


def test_what_is_no_archive_passes() -> None:
    ArchiveContent().check(candidate("a.png", picture()))
