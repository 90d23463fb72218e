"""The further pages of a listing without the SDK: what it would tell, and by the SDK where anything is unusual."""

from __future__ import annotations

import dataclasses
import uuid
from collections.abc import Iterator
from contextlib import closing
from types import MappingProxyType
from typing import Any
from urllib.parse import quote

import pytest

from medialift.providers import load_provider
from medialift.stores.s3 import S3Store
from medialift.stores.s3.list_line import ListLine
from medialift.stores.s3.listing import Entries
from medialift.stores.spec import StoreSpec
from tests.servers.proxy import Action, Exchange, FaultProxy
from tests.servers.rules import cut_download, error, internal_error, reset, short_pages, slow_down, when
from tests.servers.s3server import S3Server
from tests.stores.s3.conftest import BucketOf, by_driver, open_on_moto

PAGE = 2
KEYS = ["a b.jpg", "a&b<c>'\".jpg", "ä/é 100%.png", "plain/1.jpg", "plain/2.jpg", "plus+minus-.jpg", "z%20.jpg"]


@pytest.fixture
def paged(proxy: FaultProxy, spec: StoreSpec) -> Iterator[S3Store]:
    """Seven objects at moto, which gives two of them in a page."""
    with closing(open_on_moto(spec)) as store:
        for key in KEYS:
            store.put(key, key.encode())
        proxy.rules.append(short_pages(PAGE))
        proxy.forget()
        yield store


def of_driver(proxy: FaultProxy) -> list[bool]:
    return list(map(by_driver, proxy.requests))


def in_order(keys: list[str]) -> list[str]:
    return sorted(keys, key=str.encode)


def test_the_page_is_the_one_that_the_driver_tells(real_server: S3Server, bucket_of: BucketOf) -> None:
    folder = f"some/ö +&=%~ {uuid.uuid4().hex}"
    spec = real_server.spec(bucket_of(real_server), folder)
    with closing(S3Store(spec, load_provider(spec.provider))) as store:
        for key in KEYS:
            store.put(key, key.encode())
        wanted = {"Prefix": f"{folder}/", "StartAfter": f"{folder}/{in_order(KEYS)[0]}"}
        with closing(ListLine(store.source, lambda: store.address)) as line:
            ours = line.page(wanted)
        theirs = store.requests.send("list", "", "list_objects_v2", **wanted)
    assert ours is not None
    assert list(Entries.of(ours).infos()) == list(Entries.of(theirs).infos())
    assert [key.removeprefix(f"{folder}/") for key in Entries.of(ours).keys] == in_order(KEYS)[1:]
    assert ours["IsTruncated"] == theirs["IsTruncated"] is False


def test_only_the_first_page_goes_through_the_driver(proxy: FaultProxy, paged: S3Store) -> None:
    assert [info.key for info in paged.list()] == in_order(KEYS)
    assert of_driver(proxy) == [True, False, False, False]


def test_pages_go_on_after_a_key(proxy: FaultProxy, paged: S3Store) -> None:
    first, *rest = in_order(KEYS)
    assert [info.key for info in paged.list(after=first)] == rest
    assert of_driver(proxy) == [True, False, False]


def test_pages_after_a_key_go_without_the_driver_from_the_first_on(proxy: FaultProxy, paged: S3Store) -> None:
    first, *rest = in_order(KEYS)
    with closing(paged.lister()) as lister:
        pages = list(lister.pages(after=first))
    assert [key for page in pages for key, *_ in page] == rest
    assert list(map(len, pages)) == [PAGE, PAGE, PAGE]
    assert of_driver(proxy) == [False, False, False]


def test_where_there_are_no_more_pages_the_driver_has_the_last_word(proxy: FaultProxy, paged: S3Store) -> None:
    with closing(paged.lister()) as lister:
        assert list(lister.pages(after="ü")) == []
    assert of_driver(proxy) == [False, True]


def test_folders_are_the_drivers_business(proxy: FaultProxy, paged: S3Store) -> None:
    paged.list_folder()
    assert proxy.count() > 1
    assert all(of_driver(proxy))


@pytest.mark.parametrize(
    "fault",
    [slow_down(), internal_error(), reset(), cut_download(100), error(403, "AccessDenied")],
    ids=["slow-down", "internal-error", "reset", "cut", "refused"],
)
def test_a_page_that_fails_is_asked_for_by_the_driver(proxy: FaultProxy, paged: S3Store, fault: Any) -> None:
    proxy.rules.insert(0, when(fault, operation="ListObjectsV2", skip=1, times=1))
    assert [info.key for info in paged.list()] == in_order(KEYS)
    assert of_driver(proxy) == [True, False, True, False, False]


def unreadable(exchange: Exchange) -> None:
    """Entries of different shapes, as buckets have them whose older objects have no checksum."""
    entries = b"<Contents><Key>b</Key></Contents><Contents><Size>1</Size></Contents>"
    exchange.answer(200, {"Content-Type": "application/xml"}, b"<ListBucketResult>%b</ListBucketResult>" % entries)


@pytest.mark.parametrize("action", [error(403, "AccessDenied"), unreadable], ids=["refused", "unreadable"])
def test_three_failures_leave_the_rest_to_the_driver(proxy: FaultProxy, paged: S3Store, action: Action) -> None:
    paged.put("one page more", b"")
    proxy.forget()
    proxy.rules.insert(0, lambda request: None if "user-agent" in request.headers else action)
    assert len(list(paged.list())) == len(KEYS) + 1
    assert of_driver(proxy) == [True, False, True, False, True, False, True]


def test_through_a_proxy_everything_goes_by_the_driver(proxy: FaultProxy, paged: S3Store, spec: StoreSpec) -> None:
    client = MappingProxyType({**spec.client, "proxies": {"http": proxy.url}})
    with closing(open_on_moto(dataclasses.replace(spec, client=client))) as store:
        assert [info.key for info in store.list()] == in_order(KEYS)
    assert of_driver(proxy) == [True] * 4


def test_the_query_is_quoted_and_sorted_as_its_signature_wants_it(proxy: FaultProxy, paged: S3Store) -> None:
    list(paged.list("ä"))
    list(paged.list())
    target = next(request.target for request in proxy.requests if "continuation-token" in request.target)
    names = [pair.partition("=")[0] for pair in target.partition("?")[2].split("&")]
    assert names == sorted(names)
    assert f"prefix={quote(paged.place.folder(''), safe='')}" in target
