"""From a bucket's setting, or the service's silence about it, to the answer of a check."""

from __future__ import annotations

from typing import TypeVar

from medialift.doctor.answers import CannotTellError, DoesNotApplyError
from medialift.stores.bucket_settings import Silence

Value = TypeVar("Value")


def told(setting: Value | Silence) -> Value | None:
    """The setting, or ``None`` where it is not configured. Raises for the other two silences."""
    if setting is Silence.NOT_IMPLEMENTED:
        raise DoesNotApplyError(setting.value)
    if setting is Silence.NOT_ALLOWED:
        raise CannotTellError(setting.value)
    return None if isinstance(setting, Silence) else setting
