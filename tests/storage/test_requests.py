"""What each call of a site costs, counted by a proxy in front of a real server."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.images import get_image_dimensions
from PIL import Image

from medialift.errors import AlreadyExistsError
from medialift.storage import MediaStorage
from medialift.stores import open_store
from tests.servers.proxy import FaultProxy
from tests.servers.rules import lose_answer, slow_down, when
from tests.servers.s3server import S3Server

LARGE = 40 * 2**20


@pytest.fixture(scope="module")
def bucket(moto: S3Server) -> str:
    return moto.make_bucket()


@pytest.fixture
def proxy(moto: S3Server) -> Iterator[FaultProxy]:
    with FaultProxy(moto) as proxy:
        yield proxy


@pytest.fixture
def storage(proxy: FaultProxy, bucket: str, request: pytest.FixtureRequest) -> Iterator[MediaStorage]:
    # moto takes If-None-Match as Amazon does.
    store = open_store(proxy.server.spec(bucket, prefix=request.node.name, provider="s3"))
    yield MediaStorage.over(store)
    store.close()


def operations(proxy: FaultProxy) -> dict[str, int]:
    return dict(proxy.operations())


def test_opening_a_storage_and_making_urls_costs_nothing(storage: MediaStorage, proxy: FaultProxy) -> None:
    assert "X-Amz-Signature" in storage.url("a/b.jpg")
    assert operations(proxy) == {}


def test_saving_is_one_request(storage: MediaStorage, proxy: FaultProxy) -> None:
    assert storage.save("a/b.txt", ContentFile(b"x")) == "a/b.txt"
    assert operations(proxy) == {"PutObject": 1}


def test_saving_under_a_taken_name_is_two(storage: MediaStorage, proxy: FaultProxy) -> None:
    storage.save("a.txt", ContentFile(b"old"))
    proxy.forget()
    assert storage.save("a.txt", ContentFile(b"new")) != "a.txt"
    assert operations(proxy) == {"PutObject": 2}


def test_overwriting_is_one_request(proxy: FaultProxy, storage: MediaStorage) -> None:
    overwriting = MediaStorage.over(storage.store, overwrite=True)
    for data in (b"old", b"new"):
        assert overwriting.save("a.txt", ContentFile(data)) == "a.txt"
    assert operations(proxy) == {"PutObject": 2}


@pytest.mark.parametrize("there", [True, False])
def test_asking_costs_one_request_each(storage: MediaStorage, proxy: FaultProxy, there: bool) -> None:
    storage.save("a.txt" if there else "b.txt", ContentFile(b"x"))
    proxy.forget()
    assert storage.exists("a.txt") is there
    assert operations(proxy) == {"HeadObject": 1}
    proxy.forget()
    storage.delete("a.txt")
    assert operations(proxy) == {"DeleteObject": 1}
    proxy.forget()
    storage.listdir("")
    assert proxy.count() == 1


def test_a_processs_first_no_asks_once_whether_there_is_a_bucket(storage: MediaStorage, proxy: FaultProxy) -> None:
    assert not storage.exists("a.txt")
    assert operations(proxy) == {"HeadObject": 1, "HeadBucket": 1}
    assert not storage.exists("b.txt")
    assert operations(proxy) == {"HeadObject": 2, "HeadBucket": 1}


def test_ten_bytes_of_a_large_object_are_one_small_request(storage: MediaStorage, proxy: FaultProxy) -> None:
    storage.store.put("large.bin", io.BytesIO(bytes(LARGE)))
    proxy.forget()
    with storage.open("large.bin") as file:
        assert file.read(10) == bytes(10)
        assert file.size == LARGE
    assert [(request.operation, request.headers["range"]) for request in proxy.requests] == [
        ("GetObject", "bytes=0-65535")
    ]


def test_all_of_a_large_object_is_three_requests(storage: MediaStorage, proxy: FaultProxy) -> None:
    storage.store.put("large.bin", io.BytesIO(bytes(LARGE)))
    proxy.forget()
    with storage.open("large.bin") as file:
        assert sum(len(chunk) for chunk in file.chunks()) == LARGE
    assert operations(proxy) == {"GetObject": 3}


def test_the_size_of_a_picture_is_one_request(storage: MediaStorage, proxy: FaultProxy) -> None:
    picture = io.BytesIO()
    Image.effect_noise((700, 500), 90).save(picture, "JPEG")
    storage.save("a.jpg", picture)
    proxy.forget()
    with storage.open("a.jpg") as file:
        assert get_image_dimensions(file) == (700, 500)
    assert operations(proxy) == {"GetObject": 1}


def test_a_missing_file_is_one_request(storage: MediaStorage, proxy: FaultProxy) -> None:
    with pytest.raises(FileNotFoundError):
        storage.open("missing.txt")
    assert operations(proxy) == {"GetObject": 1}


def test_writing_a_file_is_one_request(storage: MediaStorage, proxy: FaultProxy) -> None:
    with storage.open("a.txt", "w") as file:
        file.write("x")
    assert operations(proxy) == {"PutObject": 1}


def test_a_write_that_breaks_off_is_none(storage: MediaStorage, proxy: FaultProxy) -> None:
    def break_off() -> None:
        with storage.open("a.txt", "w") as file:
            file.write("x")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        break_off()
    assert operations(proxy) == {}


def test_a_lost_answer_to_a_save_makes_no_second_file(storage: MediaStorage, proxy: FaultProxy) -> None:
    proxy.rules.append(when(lose_answer(), operation="PutObject", times=1))
    assert storage.save("a.txt", ContentFile(b"x")) == "a.txt"
    assert storage.listdir("") == ([], ["a.txt"])


def test_a_throttled_service_is_asked_again(storage: MediaStorage, proxy: FaultProxy) -> None:
    proxy.rules.append(when(slow_down(), operation="PutObject", times=2))
    assert storage.save("a.txt", ContentFile(b"x")) == "a.txt"
    assert operations(proxy) == {"PutObject": 3}


def test_a_file_above_the_threshold_goes_up_in_parts_and_never_over_another(
    storage: MediaStorage, proxy: FaultProxy
) -> None:
    size = storage.store.traits.multipart_threshold + 1
    content: Any = ContentFile(bytes(size))
    names = [storage.save("large.bin", content) for _ in range(2)]
    assert len(set(names)) == 2
    assert [storage.size(name) for name in names] == [size, size]
    assert proxy.count("CompleteMultipartUpload") >= 2
    with pytest.raises(AlreadyExistsError):
        storage.open("large.bin", "x")
