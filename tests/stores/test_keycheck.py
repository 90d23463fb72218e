from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medialift.errors import ConfigError, InvalidKeyError, KeyTooLongError
from medialift.keys import key_for
from medialift.stores.keycheck import are_good, check_key, check_prefix, traits_below
from medialift.types import KeyRules, Traits

STRICT = KeyRules(
    allowed=r"A-Za-z0-9/_.=,; -",
    max_bytes=60,
    max_segment_bytes=40,
    folds_to_nfc=True,
    refuses_empty_segments=True,
    refused_segment="v[0-9]+",
    refuses_outer_spaces=True,
)


@pytest.mark.parametrize(
    "key", ["a", "a/b", "a b", "..a", "a..", "...", "a/.b", "é", "e\u0301", "%2e%2e", "a\\..\\b", "a//b"]
)
def test_every_plain_key_passes_without_rules(key: str) -> None:
    check_key(key, KeyRules())


@pytest.mark.parametrize(
    "key", ["", "/", "/a", "a/", ".", "..", "a/..", "../a", "a/./b", "./a", "a\0b", "a\udcff", "/.."]
)
def test_keys_that_mean_something_else_elsewhere_are_refused(key: str) -> None:
    with pytest.raises(InvalidKeyError) as caught:
        check_key(key, KeyRules(), operation="get", store="memory:m")
    assert (caught.value.operation, caught.value.key, caught.value.store) == ("get", key, "memory:m")


awkward = st.text(st.sampled_from("a./\n\0é\udcff "), max_size=6)


@given(st.lists(awkward, max_size=4))
def test_a_page_of_keys_is_good_only_if_each_of_them_is(keys: list[str]) -> None:
    if are_good(keys, 20):
        for key in keys:
            check_key(key, KeyRules(max_bytes=20))


def test_usual_keys_are_good_at_one_look() -> None:
    assert are_good(["photos/été 1.jpg", "a..b", ".hidden", "日本/x"], 1024)
    assert not are_good(["photos/", "a"], 1024)


@pytest.mark.parametrize("key", ["a//b", "a#b", "é", "a/v1/b", " a", "a "])
def test_a_providers_rules_are_kept(key: str) -> None:
    with pytest.raises(InvalidKeyError):
        check_key(key, STRICT)


def test_a_form_that_would_be_changed_is_refused() -> None:
    check_key("\u00e9", KeyRules(folds_to_nfc=True))
    with pytest.raises(InvalidKeyError, match="NFC"):
        check_key("e\u0301", KeyRules(folds_to_nfc=True))


@pytest.mark.parametrize(("key", "fits"), [("é" * 5, True), ("é" * 6, False), ("é" * 2 + "/" + "é" * 2, True)])
def test_bytes_are_counted(key: str, fits: bool) -> None:
    for rules in (KeyRules(max_bytes=10), KeyRules(max_segment_bytes=10)):
        if fits:
            check_key(key, rules)
        else:
            with pytest.raises(KeyTooLongError):
                check_key(key, rules)


def test_the_empty_prefix_is_the_whole_store() -> None:
    check_prefix("", STRICT)
    with pytest.raises(InvalidKeyError):
        check_prefix("../a", STRICT)


@given(name=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=8))
def test_what_the_escape_makes_always_passes(name: str) -> None:
    segments = name.split("/")
    if {".", ".."} & set(segments):
        return  # no name: names are cleaned before they are escaped
    if "" in (segments[0], segments[-1]):
        return
    rules = KeyRules(allowed=STRICT.allowed, max_bytes=1024, folds_to_nfc=True, refuses_empty_segments=True)
    check_key(key_for(name, rules), rules)


def test_a_prefix_takes_its_bytes_from_every_key() -> None:
    traits = Traits(key_rules=STRICT)
    assert traits_below("abc", traits).key_rules.max_bytes == STRICT.max_bytes - 4
    assert traits_below("", traits) is traits


def test_a_prefix_that_no_key_could_have_is_a_wrong_setting() -> None:
    with pytest.raises(ConfigError, match="prefix"):
        traits_below("é", Traits(key_rules=KeyRules(allowed="a-z")))
