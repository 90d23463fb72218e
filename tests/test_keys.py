from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from medialift.errors import InvalidKeyError, KeyTooLongError
from medialift.keys import clean_name, collision_key, key_for, name_for
from medialift.types import KeyRules

LONG = 1_000_000
ANYTHING = KeyRules(max_bytes=LONG)
SUPABASE = KeyRules(allowed=r"A-Za-z0-9_/!.*'() &$=@;:+,?\-", max_bytes=LONG)
R2 = KeyRules(folds_to_nfc=True, max_bytes=LONG)
B2 = KeyRules(allowed="\x20-\x7e\x80-\U0010ffff", refuses_empty_segments=True, max_bytes=LONG)
CLOUDINARY = KeyRules(
    allowed="\x20-\"$'-*,-;=@-\\[\\]-\U0010ffff",
    refused_segment="v[0-9]+",
    refuses_outer_spaces=True,
    refuses_empty_segments=True,
    max_bytes=LONG,
)
RULES = {"anything": ANYTHING, "supabase": SUPABASE, "r2": R2, "b2": B2, "cloudinary": CLOUDINARY}
EVERY_RULE = pytest.mark.parametrize("rules", RULES.values(), ids=RULES.keys())

escapish = st.text(alphabet="=;,0123456789abcdefev/ é日\u0301", max_size=30)
composing = st.text(alphabet="eéE\u0301\u0327\u0344Å\u212b한\u1112\u1161\u11ab\u1b05\u1b35\U0001f600=;", max_size=20)
names = st.one_of(
    st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=60), escapish, composing
)


@EVERY_RULE
@given(name=names)
@settings(max_examples=400, deadline=None)
@example(name="=41;")
@example(name="=3d;41;")
@example(name="e=e9;")
@example(name="=65e5,672c;日本")
def test_every_name_comes_back_from_its_key(rules: KeyRules, name: str) -> None:
    assert name_for(key_for(name, rules), rules) == name


@EVERY_RULE
@given(key=names)
@settings(max_examples=400, deadline=None)
def test_no_two_names_share_a_key(rules: KeyRules, key: str) -> None:
    """A key gives back one name or none, and that name gives exactly this key."""
    try:
        name = name_for(key, rules)
    except InvalidKeyError:
        return
    assert key_for(name, rules) == key


@given(name=names)
@settings(max_examples=400, deadline=None)
def test_escaped_keys_stay_inside_the_alphabet(name: str) -> None:
    assert re.fullmatch(r"[A-Za-z0-9_/!.*'() &$=@;:+,?-]*", key_for(name, SUPABASE))


@given(name=names)
@settings(max_examples=400, deadline=None)
def test_escaped_keys_survive_normalisation(name: str) -> None:
    key = key_for(name, R2)
    assert unicodedata.normalize("NFC", key) == key


@given(name=names)
@settings(max_examples=400, deadline=None)
def test_segments_and_outer_spaces_that_a_service_refuses_are_escaped(name: str) -> None:
    key = key_for(name, CLOUDINARY)
    assert not any(re.fullmatch("v[0-9]+", segment) for segment in key.split("/"))
    assert key == key.strip(" ")
    assert not set("?&#%<>+") & set(key)
    assert "//" not in key
    assert not key.startswith("/")


@given(name=st.text(max_size=40))
def test_lone_surrogates_are_refused_or_come_back(name: str) -> None:
    for rules in RULES.values():
        try:
            key = key_for(name, rules)
        except InvalidKeyError:
            continue
        key.encode()
        assert name_for(key, rules) == name


def test_a_file_name_that_is_no_text_is_refused_where_it_cannot_be_escaped() -> None:
    with pytest.raises(InvalidKeyError, match="not valid Unicode"):
        key_for("caf\udce9.jpg", ANYTHING)
    assert key_for("caf\udce9.jpg", SUPABASE) == "caf=dce9;.jpg"


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("photos/cat 1.jpg", "photos/cat 1.jpg"),
        ("été.jpg", "e=e9;te=e9;.jpg"),
        ("e\u0301te\u0301.jpg", "e=301;te=301;.jpg"),
        ("日本.jpg", "=65e5,672c;.jpg"),
        ("50%.jpg", "50=25;.jpg"),
        ("ß.txt", "=df;.txt"),
        ("=41;", "=3d;41;"),
        ("a=b.jpg", "a=b.jpg"),
        ("Ångström~1.pdf", "A=c5;ngstro=f6;m=7e;1.pdf"),
    ],
)
def test_keys_are_the_same_for_ever(name: str, key: str) -> None:
    """These pairs are a promise to every bucket ever filled: they must not change."""
    assert key_for(name, SUPABASE) == key
    assert name_for(key, SUPABASE) == name


@pytest.mark.parametrize("name", ["été.jpg", "e\u0301.jpg", "a//b", "=41;", "%41", "v1/x", " x "])
def test_a_store_that_takes_every_key_gets_the_name_itself(name: str) -> None:
    assert key_for(name, ANYTHING) == name


def test_a_name_in_form_c_is_left_alone_where_keys_are_folded() -> None:
    assert key_for("été 日本 한국 😀.jpg", R2) == "été 日本 한국 😀.jpg"
    assert key_for("e\u0301.jpg", R2) == "e=301;.jpg"


def test_a_key_that_no_name_makes_is_told() -> None:
    with pytest.raises(InvalidKeyError):
        name_for("=41;.jpg", SUPABASE)
    with pytest.raises(InvalidKeyError):
        name_for("=ffffffff;", SUPABASE)


def test_too_long_keys_are_refused_with_the_limit() -> None:
    with pytest.raises(KeyTooLongError, match="1025 bytes, the store allows 1024"):
        key_for("a" * 1025, KeyRules())
    with pytest.raises(KeyTooLongError, match="one segment"):
        key_for("d/" + "é" * 128, KeyRules(max_segment_bytes=255))
    assert key_for("é" * 512, KeyRules()) == "é" * 512


@pytest.mark.parametrize(
    ("name", "clean"), [("a//b", "a/b"), ("./a/./b", "a/b"), ("a/../b", "b"), ("a/", "a"), ("a\\b", "a\\b")]
)
def test_spellings_of_one_file_are_one_name(name: str, clean: str) -> None:
    assert clean_name(name) == clean


@pytest.mark.parametrize("name", ["", ".", "..", "../x", "a/../../x", "/etc/passwd", "//x", "a\0b", "a/.."])
def test_names_that_lead_out_are_refused(name: str) -> None:
    with pytest.raises(InvalidKeyError):
        clean_name(name)


def test_names_that_differ_in_case_or_form_collide() -> None:
    assert collision_key("É.JPG") == collision_key("e\u0301.jpg")
    assert collision_key("a.jpg") != collision_key("b.jpg")
