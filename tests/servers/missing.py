"""What happens to a test whose server is not on this machine."""

from __future__ import annotations

import os
from typing import NoReturn

import pytest

REQUIRED = "MEDIALIFT_REQUIRE_SERVICES"


def missing(what: str, how_to_get_it: str) -> NoReturn:
    """Skip the test and say how to get *what*; fail it where ``MEDIALIFT_REQUIRE_SERVICES=1`` promises everything."""
    message = f"{what} is not available: {how_to_get_it}"
    if os.environ.get(REQUIRED, "") not in ("", "0"):
        pytest.fail(f"{message} ({REQUIRED} is set)", pytrace=False)
    pytest.skip(message)
