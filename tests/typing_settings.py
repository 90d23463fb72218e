"""What mypy's Django plugin loads: the tests' site, and the example's models beside it."""

from __future__ import annotations

from tests.settings import *  # noqa: F403
from tests.settings import INSTALLED_APPS as TEST_APPS

INSTALLED_APPS = [*TEST_APPS, "example.gallery"]
