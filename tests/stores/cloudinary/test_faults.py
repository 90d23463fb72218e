"""What breaks on the way to Cloudinary is sent again, or told, and never half there."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import pytest

from medialift.errors import UnavailableError
from medialift.providers import load_provider
from medialift.stores.cloudinary import CloudinaryStore
from medialift.stores.spec import StoreSpec
from medialift.testing.cloudinary import CloudinaryServer
from medialift.testing.contract.bodies import fetch, keys_of, md5, pattern
from tests.servers.proxy import Action, FaultProxy
from tests.servers.rules import cut_upload, internal_error, lose_answer, reset
from tests.servers.s3request import Request
from tests.stores.cloudinary.conftest import JPEG, opened

CHUNK = 5_242_880
BODY = pattern(2 * CHUNK + 1000)
FAULTS: dict[str, Callable[[], Action]] = {
    "reset": reset,
    "a lost answer": lose_answer,
    "an error": internal_error,
    "half": lambda: cut_upload(100_000),
}


@pytest.fixture
def in_parts(spec: StoreSpec, proxy: FaultProxy) -> CloudinaryStore:
    known = load_provider("cloudinary").traits
    traits = dataclasses.replace(known, part_size=CHUNK, multipart_threshold=CHUNK)
    return opened(spec, traits, endpoint_url=proxy.server.endpoint_url)


def once(action: Action, number: int, is_asked: Callable[[Request], bool]) -> Callable[[Request], Action | None]:
    """Let *action* happen to the request of this *number* among those that are meant."""
    seen = [0]

    def rule(request: Request) -> Action | None:
        if not is_asked(request):
            return None
        seen[0] += 1
        return action if seen[0] == number else None

    return rule


def is_upload(request: Request) -> bool:
    return request.target.endswith("/upload")


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("number", [1, 2, 3], ids=["first", "second", "last"])
def test_a_chunk_that_is_lost_is_sent_again(
    proxy: FaultProxy, in_parts: CloudinaryStore, fault: str, number: int
) -> None:
    proxy.rules.append(once(FAULTS[fault](), number, is_upload))
    stored = in_parts.put("film.bin", BODY, md5=md5(BODY))
    assert (stored.size, stored.etag) == (len(BODY), md5(BODY).hex())
    assert md5(fetch(in_parts, "film.bin")) == md5(BODY)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_body_that_is_lost_is_sent_again(proxy: FaultProxy, store_behind: CloudinaryStore, fault: str) -> None:
    proxy.rules.append(once(FAULTS[fault](), 1, is_upload))
    store_behind.put("cat.jpg", JPEG)
    assert (keys_of(store_behind), fetch(store_behind, "cat.jpg")) == (["cat.jpg"], JPEG)


@pytest.mark.parametrize("verb", ["explicit", "destroy", "resources/image"])
def test_any_other_request_is_sent_again(proxy: FaultProxy, store_behind: CloudinaryStore, verb: str) -> None:
    store_behind.put("cat.jpg", JPEG)
    proxy.rules.append(once(reset(), 1, lambda request: verb in request.target))
    assert store_behind.head("cat.jpg").size == len(JPEG)
    assert keys_of(store_behind) == ["cat.jpg"]
    store_behind.delete("cat.jpg")
    assert keys_of(store_behind) == []


def test_a_line_that_stays_dead_is_told_and_leaves_nothing(
    proxy: FaultProxy, in_parts: CloudinaryStore, cloudinary: CloudinaryServer
) -> None:
    proxy.rules.append(lambda request: reset() if is_upload(request) else None)
    with pytest.raises(UnavailableError):
        in_parts.put("film.bin", BODY)
    proxy.rules.clear()
    assert keys_of(in_parts) == []


def test_an_upload_that_ends_before_its_last_chunk_leaves_the_old_object(
    proxy: FaultProxy, in_parts: CloudinaryStore
) -> None:
    in_parts.put("film.bin", b"old")
    last = [3]

    def rule(request: Request) -> Action | None:
        if not is_upload(request):
            return None
        last[0] -= 1
        return reset() if last[0] <= 0 else None

    proxy.rules.append(rule)
    with pytest.raises(UnavailableError):
        in_parts.put("film.bin", BODY)
    proxy.rules.clear()
    assert fetch(in_parts, "film.bin") == b"old"
