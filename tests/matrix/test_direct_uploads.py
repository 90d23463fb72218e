"""Files that browsers send themselves, small and large, at every kind of place."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.matrix.services import SERVICES, storage
from tests.uploads.conftest import WITH_USERS, any_file, signed_in, using
from tests.uploads.ways import brought

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.uploads.urlconf")]

LARGE = os.urandom(20_000_001)
"""More than every place takes in one request, but for those that have no other way."""

KINDS = {"disk": ("single", "single"), "supabase": ("single", "tus"), "cloudinary": ("single", "cloudinary")}
"""How a small and a large file go; at all others in one request, and in parts."""


@pytest.fixture(params=SERVICES)
def service(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    any_file(monkeypatch)
    with WITH_USERS, storage(request.param, request) as made:
        using(made, monkeypatch)
        yield request.param


@pytest.mark.parametrize("data", [b"x", b"miau" * 1000, LARGE], ids=["one byte", "small", "large"])
def test_a_file_reaches_its_row(service: str, data: bytes) -> None:
    small, large = KINDS.get(service, ("single", "parts"))
    assert brought(signed_in("ann"), data) == (large if data is LARGE else small, data)
