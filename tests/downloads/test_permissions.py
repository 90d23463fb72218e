from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser, User
from django.test import RequestFactory

from medialift.downloads import all_of, any_of, anyone, is_authenticated, is_owner, is_staff
from medialift.downloads.permissions import allows


def request_of(user: Any) -> Any:
    request = RequestFactory().get("/")
    if user is not None:
        request.user = user
    return request


ANN, BOB, STAFF = User(pk=1, username="ann"), User(pk=2, username="bob"), User(pk=3, username="staff", is_staff=True)
NOBODY = (None, AnonymousUser())


def test_the_owner_and_nobody_else() -> None:
    row = SimpleNamespace(owner=ANN, order=SimpleNamespace(customer=BOB))
    assert allows(is_owner(), request_of(ANN), row)
    assert allows(is_owner("order__customer"), request_of(BOB), row)
    for user in (BOB, STAFF, *NOBODY):
        assert not allows(is_owner(), request_of(user), row)
    for odd in (None, SimpleNamespace(), SimpleNamespace(owner=None), SimpleNamespace(owner=AnonymousUser())):
        for user in (ANN, *NOBODY):
            assert not allows(is_owner(), request_of(user), odd)


def test_staff_has_to_be_active() -> None:
    assert allows(is_staff, request_of(STAFF), None)
    gone = User(pk=4, is_staff=True, is_active=False)
    for user in (ANN, gone, *NOBODY):
        assert not allows(is_staff, request_of(user), None)
    assert not allows(is_authenticated, request_of(None), None)


def test_permissions_are_joined() -> None:
    row = SimpleNamespace(owner=ANN)
    either, both = any_of(is_owner(), is_staff), all_of(is_owner(), is_staff)
    assert [allows(either, request_of(user), row) for user in (ANN, BOB, STAFF)] == [True, False, True]
    assert not allows(both, request_of(ANN), row)
    assert not allows(all_of(), request_of(STAFF), row)
    assert not allows(any_of(), request_of(STAFF), row)


@pytest.mark.parametrize("answer", [None, "no", 1, object(), "False"])
def test_nothing_but_true_is_a_yes(answer: Any) -> None:
    assert not allows(lambda request, row: answer, request_of(ANN), None)
    assert allows(anyone, request_of(None), None)
