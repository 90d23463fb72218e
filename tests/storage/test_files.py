from __future__ import annotations

import gc
import warnings
from types import SimpleNamespace
from typing import Any, cast

import pytest
from django.core.files.base import ContentFile, File
from django.db.models import FileField
from django.db.models.fields.files import FieldFile

from medialift.errors import AlreadyExistsError, StoreError
from medialift.storage import MediaStorage
from medialift.storage.files import MediaFile
from medialift.stores.memory import MemoryStore
from medialift.stores.wrappers.base import Wrapper


class Refusing(Wrapper):
    """A store that takes nothing."""

    def put(self, key: str, body: Any, **options: Any) -> Any:
        raise StoreError("no")


@pytest.fixture
def storage() -> MediaStorage:
    storage = MediaStorage.over(MemoryStore())
    storage.save("old.txt", ContentFile("héllo\nworld\n"))
    return storage


def break_off(file: Any, data: Any) -> None:
    with file:
        file.write(data)
        raise ZeroDivisionError


def content(storage: MediaStorage, name: str) -> bytes:
    with storage.open(name) as file:
        return bytes(file.read())


def test_a_file_is_read_as_bytes_or_text(storage: MediaStorage) -> None:
    with storage.open("old.txt") as file:
        assert file.read() == "héllo\nworld\n".encode()
    with storage.open("old.txt", "r") as file:
        assert file.readline() == "héllo\n"
        assert list(file) == ["héllo\n", "world\n"]


def test_a_file_seeks_and_knows_its_size(storage: MediaStorage) -> None:
    with storage.open("old.txt") as file:
        assert (file.size, len(file), file.seekable(), file.readable()) == (13, 13, True, True)
        file.seek(-6, 2)
        assert (file.read(5), file.tell()) == (b"world", 12)
        assert b"".join(file.chunks(4)) == "héllo\nworld\n".encode()


def test_a_closed_file_opens_again_and_an_open_one_rewinds(storage: MediaStorage) -> None:
    file = storage.open("old.txt")
    file.read()
    assert file.open() is file
    assert file.read(1) == b"h"
    file.close()
    assert file.closed
    assert file.open().read(1) == b"h"
    assert file.open("r").read(2) == "hé"
    file.close()
    assert file.size == 13


@pytest.mark.parametrize("mode", ["w", "wb", "w+", "wb+", "x", "xb"])
def test_what_is_written_is_published_when_it_is_closed(storage: MediaStorage, mode: str) -> None:
    file = storage.open("new.txt", mode)
    file.write(b"h\xc3\xa9" if "b" in mode else "hé")
    assert file.size == 3
    assert not storage.exists("new.txt")
    file.close()
    assert content(storage, "new.txt") == "hé".encode()
    assert storage.store.head("new.txt").headers.content_type == "text/plain"


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        ("w", b"XY"),
        ("a", b"h\xc3\xa9llo\nworld\nXY"),
        ("r+", b"XY\xa9llo\nworld\n"),
        ("ab", b"h\xc3\xa9llo\nworld\nXY"),
    ],
)
def test_modes_mean_what_they_mean_on_disk(storage: MediaStorage, mode: str, expected: bytes) -> None:
    with storage.open("old.txt", mode) as file:
        file.write(b"XY" if "b" in mode else "XY")
    assert content(storage, "old.txt") == expected


def test_appending_to_nothing_makes_a_file_and_changing_nothing_does_not(storage: MediaStorage) -> None:
    with storage.open("log.txt", "a") as file:
        file.write("one")
    assert content(storage, "log.txt") == b"one"
    with pytest.raises(FileNotFoundError):
        storage.open("missing.txt", "r+")


def test_an_empty_write_is_an_empty_file(storage: MediaStorage) -> None:
    storage.open("empty.txt", "wb").close()
    assert content(storage, "empty.txt") == b""


def test_creating_what_is_there_is_refused_at_once_and_in_a_race(storage: MediaStorage) -> None:
    with pytest.raises(FileExistsError):
        storage.open("old.txt", "x")
    file = storage.open("new.txt", "x")
    file.write("mine")
    storage.save("new.txt", ContentFile(b"theirs"))
    with pytest.raises(AlreadyExistsError):
        file.close()
    assert file.closed
    assert content(storage, "new.txt") == b"theirs"


@pytest.mark.parametrize("mode", ["w", "wb", "a", "r+"])
def test_an_exception_in_the_block_publishes_nothing(storage: MediaStorage, mode: str) -> None:
    before = content(storage, "old.txt")
    file = storage.open("old.txt", mode)
    with pytest.raises(ZeroDivisionError):
        break_off(file, b"half" if "b" in mode else "half")
    assert content(storage, "old.txt") == before
    assert file.closed


def field_file(storage: MediaStorage) -> FieldFile:
    """What ``instance.file`` is."""
    field = FileField(storage=storage)
    field.set_attributes_from_name("file")
    return FieldFile(cast(Any, SimpleNamespace(pk=1)), field, "old.txt")


class OwnFieldFile(FieldFile):
    """Such as packages have: closing does more."""

    def close(self) -> None:
        super().close()


class TestTheBlockOfAFieldFile:
    """Django's ``File.__exit__`` tells nobody of the exception: see ``_is_left_by_exception``."""

    @pytest.mark.parametrize("mode", ["w", "wb", "a", "r+"])
    @pytest.mark.parametrize("kind", [FieldFile, OwnFieldFile])
    def test_an_exception_publishes_nothing(self, storage: MediaStorage, mode: str, kind: type[FieldFile]) -> None:
        file = field_file(storage)
        file.__class__ = kind
        before = content(storage, "old.txt")
        with pytest.raises(ZeroDivisionError):
            break_off(file.open(mode), b"half" if "b" in mode else "half")
        assert content(storage, "old.txt") == before
        assert file.closed

    def test_a_file_around_a_file_is_none_the_wiser(self, storage: MediaStorage) -> None:
        with pytest.raises(ZeroDivisionError):
            break_off(File(storage.open("new.txt", "wb")), b"half")
        assert not storage.exists("new.txt")

    def test_without_an_exception_it_is_published(self, storage: MediaStorage) -> None:
        with field_file(storage).open("wb") as file:
            file.write(b"whole")
        assert content(storage, "old.txt") == b"whole"

    def test_so_it_is_while_another_exception_is_handled(self, storage: MediaStorage) -> None:
        try:
            raise ZeroDivisionError
        except ZeroDivisionError:
            with field_file(storage).open("wb") as file:
                file.write(b"whole")
        assert content(storage, "old.txt") == b"whole"

    def test_whoever_closes_it_in_an_except_clause_means_it(self, storage: MediaStorage) -> None:
        file = field_file(storage).open("wb")
        file.write(b"what there is")
        try:
            raise ZeroDivisionError
        except ZeroDivisionError:
            file.close()
        assert content(storage, "old.txt") == b"what there is"

    def test_a_file_that_is_closed_within_the_broken_block_of_another_is_published(self, storage: MediaStorage) -> None:
        def broken() -> None:
            with field_file(storage).open("rb"):
                inner = storage.open("inner.txt", "wb")
                inner.write(b"whole")
                inner.close()
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            broken()
        assert content(storage, "inner.txt") == b"whole"

    def test_after_an_exception_it_can_be_opened_again(self, storage: MediaStorage) -> None:
        file = field_file(storage)
        with pytest.raises(ZeroDivisionError):
            break_off(file.open("wb"), b"half")
        with file.open("wb") as again:
            again.write(b"whole")
        assert content(storage, "old.txt") == b"whole"


@pytest.mark.parametrize("mode", ["wb", "w"])
def test_what_is_never_closed_is_never_published_and_told(storage: MediaStorage, mode: str) -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        file = storage.open("lost.txt", mode)
        file.write(b"x" if "b" in mode else "x")
        del file
        gc.collect()
    assert [str(warning.message) for warning in caught if warning.category is ResourceWarning] == [
        "'lost.txt' was written and never closed: it is not published"
    ]
    assert not storage.exists("lost.txt")


def test_a_discarded_file_is_not_published(storage: MediaStorage) -> None:
    file = cast(MediaFile, storage.open("old.txt", "wb"))
    file.discard()
    file.close()
    assert content(storage, "old.txt") == "héllo\nworld\n".encode()


def test_a_write_that_is_refused_raises_and_closes() -> None:
    storage = MediaStorage.over(Refusing(MemoryStore()))
    file = storage.open("a.txt", "wb")
    with pytest.raises(StoreError):
        file.close()
    assert file.closed


@pytest.mark.parametrize("mode", ["", "rw", "b", "z", "rbt", "r++", "rbb"])
def test_a_mode_that_python_does_not_know_is_refused(storage: MediaStorage, mode: str) -> None:
    with pytest.raises(ValueError, match="invalid mode"):
        storage.open("old.txt", mode)


def test_a_stored_file_is_content_for_another_storage(storage: MediaStorage) -> None:
    other = MediaStorage.over(MemoryStore(), max_memory_size=4)
    with storage.open("old.txt") as file:
        assert isinstance(file, File)
        other.save("copy.txt", file)
    assert content(other, "copy.txt") == content(storage, "old.txt")
