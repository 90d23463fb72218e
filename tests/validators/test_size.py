from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from medialift.storage import MediaStorage
from medialift.stores.memory import MemoryStore
from medialift.validators import Candidate, FileExtension, FileSize
from medialift.validators.amounts import amount


def message(rule: FileSize, size: int, storage: MediaStorage | None = None) -> str:
    with pytest.raises(ValidationError) as caught:
        rule.check(Candidate("a", size, storage=storage))
    return str(caught.value.messages[0]).replace("\xa0", " ")


def test_sizes_are_written_as_people_write_them() -> None:
    for size in (1, 999_999, 1_000_000):
        FileSize("1MB").check(Candidate("a", size))
    assert message(FileSize("1MB"), 3_500_000) == "This file is too large: 3.5 MB. At most 1 MB are accepted."
    assert message(FileSize("1MiB", minimum="2KiB"), 100) == (
        "This file is too small: 100 bytes. At least 2 kB are expected."
    )


@pytest.mark.parametrize(
    ("limit", "size", "told"),
    [
        ("20KB", 20_001, ("20.001 kB", "20 kB")),
        ("20KB", 20_049, ("20.05 kB", "20 kB")),
        ("10MB", 10_000_001, ("10,000,001 bytes", "10,000,000 bytes")),
        ("10MB", 10_100_000, ("10.1 MB", "10 MB")),
        ("999", 1000, ("1 kB", "999 bytes")),
    ],
)
def test_a_size_never_reads_as_the_limit_that_it_exceeds(limit: str, size: int, told: tuple[str, str]) -> None:
    assert message(FileSize(limit), size) == f"This file is too large: {told[0]}. At most {told[1]} are accepted."


def test_sizes_are_written_in_the_visitors_language() -> None:
    with translation.override("de"):
        assert amount(3_500_000) == "3,5 MB"
        assert amount(1_234_567_000_000_000) == "1234,6 TB"


def test_an_empty_file_is_refused_unless_it_is_allowed() -> None:
    assert message(FileSize(), 0) == "This file is empty."
    FileSize(minimum=0).check(Candidate("a", 0))


def test_what_the_service_takes_is_known() -> None:
    r2 = MediaStorage(provider="r2", bucket="b", account_id="x")
    assert "At most 5.49 TB" in message(FileSize(), 5_500_000_000_000, r2)
    assert "At most 1 MB" in message(FileSize("1MiB"), 5_500_000_000_000, r2)
    FileSize().check(Candidate("a", 10**15, storage=MediaStorage.over(MemoryStore())))


@pytest.mark.parametrize("name", ["a.pdf", "A.PDF", "a.b.pdf", "x/y.pdf", "x\\y.pdf"])
def test_endings_are_compared_in_small_letters(name: str) -> None:
    FileExtension(["PDF", ".txt"]).check(Candidate(name, 1))


@pytest.mark.parametrize("name", ["a.pdf.exe", "pdf", ".pdf", "a.pdf/b", "a.pdf ", "a", "", "a.pdf\x00.exe"])
def test_other_endings_are_refused(name: str) -> None:
    rule = FileExtension(["pdf"])
    if name == "a.pdf ":
        rule.check(Candidate(name, 1))  # what every file system and browser takes for the same ending
        return
    with pytest.raises(ValidationError, match=r"has to end in one of: \.pdf\."):
        rule.check(Candidate(name, 1))
