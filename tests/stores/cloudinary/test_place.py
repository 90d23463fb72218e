"""Names become public ids that the service keeps as they are, and come back; and a store knows where it lies."""

from __future__ import annotations

import dataclasses
import pickle
from collections.abc import Iterator

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from medialift.errors import ConfigError, InvalidKeyError
from medialift.keys import clean_name, key_for, name_for
from medialift.providers import load_provider
from medialift.stores import open_store
from medialift.stores.cloudinary.kinds import Kind
from medialift.stores.cloudinary.place import place_of
from medialift.stores.spec import Credentials, Delivery, Secret, StoreSpec
from medialift.testing.cloudinary.uploads import cleaned
from tests.stores.cloudinary.conftest import opened

PROVIDER = load_provider("cloudinary")
RULES = PROVIDER.traits.key_rules
SPEC = StoreSpec("cloudinary", "demo", "media", credentials=Credentials("1", Secret("abc")))
NAMES = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60),
    st.text("av1/. ?&#\\%<>+=e9;,jpgé", min_size=1, max_size=60),
)


def kept(name: str) -> str:
    """The key of *name*, as a site would store it; names that no store holds are left out."""
    try:
        return key_for(clean_name(name), RULES)
    except InvalidKeyError:
        assume(False)
        raise


@given(NAMES)
def test_a_public_id_is_kept_by_the_service_and_leads_back_to_the_name(name: str) -> None:
    place = place_of(SPEC, PROVIDER)
    public_id = place.public_id(kept(name))
    assume(len(public_id) <= 255)
    assert cleaned(public_id) == public_id
    assert name_for(place.key(public_id), RULES) == clean_name(name)


@given(NAMES, NAMES)
def test_no_two_names_share_an_asset(one: str, other: str) -> None:
    assume(clean_name_or_none(one) != clean_name_or_none(other))
    place = place_of(SPEC, PROVIDER)
    first, second = kept(one), kept(other)
    assert not set(_assets(place.places(first), first)) & set(_assets(place.places(second), second))


def clean_name_or_none(name: str) -> str | None:
    try:
        return clean_name(name)
    except InvalidKeyError:
        return None


def _assets(kinds: tuple[Kind, ...], key: str) -> Iterator[tuple[Kind, str]]:
    yield from ((kind, key) for kind in kinds)


class TestKinds:
    @pytest.mark.parametrize(
        ("key", "kind"),
        [
            ("a/cat.jpg", Kind.IMAGE),
            ("a/CAT.JpEg", Kind.IMAGE),
            ("film.mp4", Kind.VIDEO),
            ("song.mp3", Kind.VIDEO),
            ("report.pdf", Kind.RAW),
            ("archive.tar.gz", Kind.RAW),
            ("a.jpg/README", Kind.RAW),
            (".jpg", Kind.RAW),
            ("jpg", Kind.RAW),
            ("cat.jpg.", Kind.RAW),
        ],
    )
    def test_the_extension_tells(self, key: str, kind: Kind) -> None:
        assert place_of(SPEC, PROVIDER).kind(key) is kind

    def test_where_it_is_looked_for_first_is_where_it_is_stored(self) -> None:
        place = place_of(SPEC, PROVIDER)
        for key in ("cat.jpg", "film.mp4", "a.txt", "cat"):
            assert place.places(key)[0] is place.kind(key)
            assert Kind.RAW in place.places(key)

    def test_the_lists_do_not_overlap(self) -> None:
        assert PROVIDER.kinds is not None
        assert PROVIDER.kinds.image & PROVIDER.kinds.video == frozenset()


class TestIdentity:
    def test_it_is_the_cloud_the_type_of_delivery_and_the_prefix(self) -> None:
        assert str(place_of(SPEC, PROVIDER).identity) == "cloudinary:demo/upload/media"

    def test_another_type_of_delivery_is_another_place(self) -> None:
        private = dataclasses.replace(SPEC, delivery=Delivery("authenticated"))
        mine, other = (place_of(spec, PROVIDER).identity for spec in (SPEC, private))
        assert not mine.contains(other)
        assert not other.contains(mine)

    @pytest.mark.parametrize("url", ["https://api.cloudinary.com", "https://api-eu.cloudinary.com/"])
    def test_the_services_own_addresses_are_one_place(self, url: str) -> None:
        assert place_of(dataclasses.replace(SPEC, endpoint_url=url), PROVIDER).identity.endpoint == ""

    def test_the_store_says_where_it_is_and_no_secret(self) -> None:
        store = opened(SPEC)
        assert repr(store) == "CloudinaryStore('cloudinary:demo/upload/media')"
        with pytest.raises(TypeError, match="alias"):
            pickle.dumps(store)

    def test_the_prefix_counts_in_the_length_of_keys(self) -> None:
        assert opened(SPEC).traits.key_rules.max_bytes == 255 - len("media/")
        assert opened(SPEC).at_prefix("").traits.key_rules.max_bytes == 255


@pytest.mark.parametrize(
    ("spec", "complaint"),
    [
        (StoreSpec("cloudinary", ""), "no cloud is named"),
        (StoreSpec("cloudinary", "demo"), "needs an API key and its secret"),
        (dataclasses.replace(SPEC, delivery=Delivery("public")), "no type of delivery 'public'"),
        (dataclasses.replace(SPEC, delivery=Delivery(algorithm="md5")), "sha1 or sha256"),
        (dataclasses.replace(SPEC, prefix="a/v1"), "prefix 'a/v1' cannot be used"),
        (dataclasses.replace(SPEC, client={"tmeout": 1}), "unknown client setting"),
    ],
)
def test_what_is_missing_or_wrong_is_told_at_once(spec: StoreSpec, complaint: str) -> None:
    with pytest.raises(ConfigError, match=complaint):
        open_store(spec)
