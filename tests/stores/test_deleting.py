from __future__ import annotations

from medialift.errors import AccessDeniedError
from medialift.stores.deleting import one_by_one


def test_every_key_is_tried_and_each_error_told() -> None:
    tried: list[str] = []

    def delete(key: str) -> None:
        tried.append(key)
        if key in ("b", "d"):
            raise AccessDeniedError("no", operation="delete", key=key)

    errors = list(one_by_one(delete, iter("abcd")))
    assert tried == list("abcd")
    assert [error.key for error in errors] == ["b", "d"]


def test_nothing_is_deleted_before_somebody_asks() -> None:
    tried: list[str] = []
    one_by_one(tried.append, ["a"])
    assert tried == []
