"""Secrets appear nowhere: not in what is printed, pickled, logged or raised."""

from __future__ import annotations

import dataclasses
import logging
import pickle
import traceback
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from medialift.errors import StoreError
from medialift.stores.base import ObjectStore
from medialift.stores.spec import Credentials, Secret, StoreSpec
from tests.servers.proxy import FaultProxy
from tests.servers.rules import error, lose_answer, reset, when
from tests.stores.s3.conftest import open_on_moto

SECRET, TOKEN = "the-s3cret-access-key-0123456789", "the-t0ken-of-a-session-0123456789"
KEYS = Credentials("the-access-key", Secret(SECRET), Secret(TOKEN))
REPEATED = error(
    403, "SignatureDoesNotMatch", "No.", CanonicalRequest=f"x-amz-security-token:{TOKEN}", StringToSign=TOKEN
)


@pytest.fixture
def secret_spec(spec: StoreSpec) -> StoreSpec:
    return dataclasses.replace(spec, credentials=KEYS)


@pytest.fixture(params=["boto3", "obstore"])
def secret_store(request: pytest.FixtureRequest, secret_spec: StoreSpec) -> Iterator[ObjectStore]:
    store = open_on_moto(secret_spec)
    yield store if request.param == "boto3" else store.bulk_lane(connections=1)
    store.close()


def assert_hidden(*texts: object) -> None:
    for text in map(str, texts):
        assert SECRET not in text
        assert TOKEN not in text


def test_the_spec_and_the_store_do_not_print_them(secret_spec: StoreSpec, secret_store: ObjectStore) -> None:
    secret_store.put("a", b"x")
    assert_hidden(repr(secret_spec), secret_store, repr(secret_store), repr(secret_store.identity))


def test_no_part_of_a_used_store_prints_them(secret_store: ObjectStore) -> None:
    secret_store.put("a", b"x")
    seen: set[int] = set()

    def parts(thing: object) -> Iterator[object]:
        if id(thing) in seen or not type(thing).__module__.startswith("medialift"):
            return
        seen.add(id(thing))
        yield thing
        for part in vars(thing).values() if hasattr(thing, "__dict__") else ():
            yield from parts(part)

    found = list(parts(secret_store))
    assert len(found) > 5
    assert_hidden(*(repr(part) for part in found))


@pytest.mark.parametrize("fault", [REPEATED, reset(), lose_answer()], ids=["repeated", "reset", "lost"])
@pytest.mark.parametrize("verb", ["put", "get", "head"])
def test_no_error_tells_them(
    proxy: FaultProxy,
    secret_store: ObjectStore,
    caplog: pytest.LogCaptureFixture,
    verb: str,
    fault: Callable[..., None],
) -> None:
    proxy.rules.append(when(fault))
    with caplog.at_level(logging.WARNING), pytest.raises(StoreError) as caught:
        secret_store.put("a", b"x") if verb == "put" else getattr(secret_store, verb)("a")
    printed = "".join(traceback.format_exception(caught.type, caught.value, caught.tb))
    assert_hidden(printed, pickle.dumps(caught.value), caught.value.as_dict(), caplog.text)


def test_a_signed_url_holds_the_token_and_never_the_secret(secret_spec: StoreSpec) -> None:
    url = open_on_moto(secret_spec).signed_url("a", expires=timedelta(hours=1))
    assert TOKEN in url
    assert SECRET not in url


def test_the_driver_is_not_asked_to_log_them(secret_store: ObjectStore, caplog: pytest.LogCaptureFixture) -> None:
    """botocore's debug log shows the headers that are sent, the token among them, but never the secret."""
    with caplog.at_level(logging.INFO):
        secret_store.put("a", b"x")
        secret_store.get("a").read()
    assert_hidden(caplog.text)
