from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medialift.errors import InvalidKeyError
from medialift.move.renaming import Rules, by_new_name, rule, safely, unique
from medialift.types import Found, ObjectInfo


@pytest.mark.parametrize(
    ("texts", "name", "expected"),
    [
        (["add:2024/"], "a.jpg", "2024/a.jpg"),
        (["add:sites/a/"], "b/c", "sites/a/b/c"),
        (["strip:uploads/"], "uploads/a/b.jpg", "a/b.jpg"),
        (["strip:uploads/"], "other/uploads/a.jpg", "other/uploads/a.jpg"),
        (["strip:uploads/"], "uploads.jpg", "uploads.jpg"),
        (["flatten"], "a/b/c.jpg", "c.jpg"),
        (["flatten"], "c.jpg", "c.jpg"),
        ([r"regex:^photos/(\d+)/=>p/\1/"], "photos/12/x.jpg", "p/12/x.jpg"),
        (["regex: =>_"], "a b c.jpg", "a_b_c.jpg"),
        (["regex:x=>"], "axb.jpg", "ab.jpg"),
        (["strip:uploads/", "add:2024/"], "uploads/a.jpg", "2024/a.jpg"),
        (["regex:b=>b//"], "a/b", "a/b"),
    ],
)
def test_a_rule_makes_the_new_name(texts: list[str], name: str, expected: str) -> None:
    assert Rules(tuple(texts))(name) == expected


@pytest.mark.parametrize(
    "text",
    ["", "add:", "add:x", "add:/", "add:../", "strip:a//", "flatten:", "regex:", "regex:a", "regex:(=>x",
     r"regex:a=>\1", "regex:=>x", "move:a/"],
)  # fmt: skip
def test_what_is_no_rule_is_refused_with_the_rules_that_there_are(text: str) -> None:
    with pytest.raises(ValueError, match="rule") as caught:
        Rules((text,))
    assert repr(text)[1:-1].replace("\\\\", "\\") in str(caught.value).replace("\\\\", "\\")


@pytest.mark.parametrize(("text", "name"), [("regex:.*=>", "a"), ("regex:^=>../", "a"), ("regex:^=>/", "a")])
def test_what_no_store_can_hold_is_no_name(text: str, name: str) -> None:
    with pytest.raises(InvalidKeyError):
        Rules((text,))(name)
    assert safely(Rules((text,)))(name) == name


def test_files_come_in_the_order_of_their_new_names_whole() -> None:
    files = [Found(name, ObjectInfo(name, 1, "e", fingerprint="f"), {"a.B.c": 2}) for name in ("b/1", "c/0", "d/2")]
    given = [*files, Found("e/gone", None, {"a.B.c": 1})]
    found = list(by_new_name(given, Rules(("flatten",)), lambda new, name: None))
    assert [new for new, _ in found] == ["0", "1", "2", "gone"]
    assert sorted((item for _, item in found), key=lambda item: item.name) == given


def test_of_files_that_get_one_name_one_goes_and_the_others_are_told() -> None:
    told: list[tuple[str, str]] = []
    files = [Found(name, None, {}) for name in ("a/x", "b/x", "c/x", "c/y")]
    found = list(by_new_name(files, Rules(("flatten",)), lambda new, name: told.append((new, name))))
    assert [item.name for _, item in found] == ["a/x", "c/y"]
    assert told == [("x", "b/x"), ("x", "c/x")]
    assert list(unique((item.name for item in files), Rules(("flatten",)))) == [("x", ("a/x", "b/x"))]


SEGMENT = st.text(st.sampled_from("ab.é "), min_size=1, max_size=5).filter(lambda text: text not in (".", ".."))
NAMES = st.lists(SEGMENT, min_size=1, max_size=4).map("/".join)


@given(NAMES)
def test_what_was_added_can_be_stripped_again(name: str) -> None:
    assert rule("strip:a/b/")(rule("add:a/b/")(name)) == name


@given(st.lists(NAMES, unique=True))
def test_every_file_is_given_or_told_exactly_once(names: list[str]) -> None:
    told: list[str] = []
    files = [Found(name, None, {}) for name in names]
    given = [item.name for _, item in by_new_name(files, Rules(("flatten",)), lambda new, name: told.append(name))]
    assert sorted(given + told) == sorted(names)
    assert len({name.rpartition("/")[2] for name in given}) == len(given)
