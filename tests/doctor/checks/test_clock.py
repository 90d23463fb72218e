from __future__ import annotations

import datetime
from typing import Any

import botocore.auth
import pytest

from tests.doctor.conftest import Bucket, examine, ids_of, the_finding


def test_a_clock_that_is_twenty_minutes_off_is_found(healthy: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    right = botocore.auth.get_current_datetime  # type: ignore[attr-defined]

    def wrong(*args: Any, **kwargs: Any) -> datetime.datetime:
        now: datetime.datetime = right(*args, **kwargs)
        return now - datetime.timedelta(minutes=20)

    with monkeypatch.context() as patch:
        patch.setattr("botocore.auth.get_current_datetime", wrong)
        outcomes = examine(healthy.store())
    assert ids_of(outcomes) == ["E010"]
    assert "timedatectl" in the_finding(outcomes)
