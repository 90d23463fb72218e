"""Which keys a store must hold exactly, and which it must refuse."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from medialift.errors import InvalidKeyError, KeyTooLongError
from medialift.stores.base import ObjectStore
from medialift.testing.contract.base import ContractBase
from medialift.testing.contract.bodies import fetch, holds, keys_of

NFC, NFD = "caf\u00e9.jpg", "cafe\u0301.jpg"
S3_KEY_BYTES = 1_024
SEGMENT_BYTES = 250
"""A little less than every disk allows (255)."""

AWKWARD = {
    "space": "my photos/a cat .jpg",
    "double-space": "a  b.jpg",
    "plus": "1+1=2.jpg",
    "percent": "100%.jpg",
    "escaped-letter": "%41.jpg",
    "escaped-slash": "a%2Fb.jpg",
    "escaped-dots": "%2e%2e/x.jpg",
    "hash": "a#b.jpg",
    "question": "a?b=c.jpg",
    "ampersand": "a&b;c.jpg",
    "xml": "<a> & </a>.jpg",
    "quotes": 'it\'s "here".jpg',
    "brackets": "a[1]{2}(3).jpg",
    "tilde": "~user/a~b.jpg",
    "comma-colon": "a,b:c@d!e$f*g.jpg",
    "backslash": "a\\b.jpg",
    "pipe-caret": "a|b^c`d.jpg",
    "dots": "a..b/...c/.hidden",
    "nfc": NFC,
    "nfd": NFD,
    "cjk": "\u65e5\u672c/\u8a9e.jpg",
    "arabic": "\u0635\u0648\u0631\u0629.jpg",
    "emoji": "\U0001f600/\U0001f468\u200d\U0001f469\u200d\U0001f467.jpg",
    "newline": "a\nb.jpg",
    "tab": "a\tb.jpg",
    "control": "a\x01b.jpg",
}

ESCAPING = ("", "/", "/abs", "a/", "..", "../x", "a/../../x", ".", "\ud800.jpg")
AMBIGUOUS = ("a//b", "a/../b", "a/./b", "./a", "a\0b")

VERBS: dict[str, Callable[[ObjectStore, str], object]] = {
    "put": lambda store, key: store.put(key, b"body"),
    "get": lambda store, key: store.get(key),
    "head": lambda store, key: store.head(key),
    "delete": lambda store, key: store.delete(key),
}


def long_key(size: int) -> str:
    """A key of exactly *size* bytes, in segments that a disk can hold."""
    key = "/".join(["k" * SEGMENT_BYTES] * (size // SEGMENT_BYTES + 1))[:size]
    return key if not key.endswith("/") else f"{key[:-2]}kk"


def assert_kept(store: ObjectStore, key: str) -> None:
    store.put(key, key.encode())
    assert keys_of(store) == [key]
    assert fetch(store, key) == key.encode()
    assert store.head(key).key == key
    store.delete(key)
    assert keys_of(store) == []
    store.put(key, b"again")
    assert list(store.delete_many([key])) == []
    assert keys_of(store) == []


def assert_refused(store: ObjectStore, key: str) -> None:
    store.put("kept", b"1")
    for call in VERBS.values():
        with pytest.raises(InvalidKeyError):
            call(store, key)
    assert [type(error) for error in store.delete_many([key])] == [InvalidKeyError]
    if key.strip("/") and not key.endswith("/"):  # a folder may be given with its slash, and "" is the whole store
        with pytest.raises(InvalidKeyError):
            list(store.list(key))
    assert keys_of(store) == ["kept"]


class Keys(ContractBase):
    @pytest.mark.parametrize("key", AWKWARD.values(), ids=AWKWARD.keys())
    def test_an_awkward_key_is_kept_or_refused_as_the_rules_say(self, store: ObjectStore, key: str) -> None:
        if holds(store, key):
            assert_kept(store, key)
        else:
            with pytest.raises(InvalidKeyError):
                store.put(key, b"body")

    def test_keys_of_both_unicode_forms_are_two_objects(self, store: ObjectStore) -> None:
        if store.traits.key_rules.folds_to_nfc or not holds(store, NFC):
            pytest.skip("this store's rules refuse one of the two forms")
        store.put(NFC, b"composed")
        store.put(NFD, b"decomposed")
        assert [fetch(store, NFC), fetch(store, NFD)] == [b"composed", b"decomposed"]
        assert sorted(keys_of(store)) == [NFD, NFC]

    def test_keys_that_differ_in_case_are_two_objects(self, store: ObjectStore) -> None:
        store.put("a/Cat.JPG", b"large")
        store.put("a/cat.jpg", b"small")
        assert [fetch(store, "a/Cat.JPG"), fetch(store, "a/cat.jpg")] == [b"large", b"small"]
        assert sorted(keys_of(store)) == ["a/Cat.JPG", "a/cat.jpg"]

    def test_the_longest_key_is_kept(self, store: ObjectStore) -> None:
        assert_kept(store, long_key(store.traits.key_rules.max_bytes))

    def test_a_key_of_1024_bytes_is_kept(self, store: ObjectStore) -> None:
        if store.traits.key_rules.max_bytes < S3_KEY_BYTES:
            pytest.skip("this store's keys are shorter, or its prefix takes some of the bytes")
        assert_kept(store, long_key(S3_KEY_BYTES))

    def test_length_is_counted_in_bytes(self, store: ObjectStore) -> None:
        key = "\u00e9" * (store.traits.key_rules.max_bytes // 2 + 1)
        with pytest.raises(InvalidKeyError):
            store.put(key, b"body")
        assert keys_of(store) == []

    @pytest.mark.parametrize("verb", VERBS)
    def test_a_longer_key_is_refused(self, store: ObjectStore, verb: str) -> None:
        key = long_key(store.traits.key_rules.max_bytes + 1)
        with pytest.raises(KeyTooLongError):
            VERBS[verb](store, key)
        assert keys_of(store) == []

    def test_a_longer_segment_is_refused(self, store: ObjectStore) -> None:
        limit = store.traits.key_rules.max_segment_bytes
        if limit is None:
            pytest.skip("this store's segments may have any length")
        assert_kept(store, f"a/{'k' * limit}/b")
        with pytest.raises(KeyTooLongError):
            store.put(f"a/{'k' * (limit + 1)}/b", b"body")

    @pytest.mark.parametrize("key", ESCAPING)
    def test_a_key_that_leads_out_of_the_store_is_refused(self, store: ObjectStore, key: str) -> None:
        assert_refused(store, key)

    @pytest.mark.parametrize("key", AMBIGUOUS)
    def test_a_key_that_others_rewrite_is_kept_exactly_or_refused(self, store: ObjectStore, key: str) -> None:
        try:
            store.put(key, b"body")
        except InvalidKeyError:
            assert_refused(store, key)
        else:
            assert_kept(store, key)

    def test_a_key_below_another_is_kept_or_refused(self, store: ObjectStore) -> None:
        """Object storage has no folders; a disk cannot hold a file and a folder of one name."""
        store.put("a/b", b"upper")
        try:
            store.put("a/b/c", b"lower")
        except InvalidKeyError:
            assert keys_of(store) == ["a/b"]
        else:
            assert (keys_of(store), fetch(store, "a/b/c")) == (["a/b", "a/b/c"], b"lower")
        assert fetch(store, "a/b") == b"upper"
