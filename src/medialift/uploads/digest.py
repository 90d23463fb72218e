"""The SHA-256 of a file, told by a browser that wants to be sure, and compared with what arrived."""

from __future__ import annotations

import hashlib
import re
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from medialift.stores.reader import ObjectReader

LARGEST = 64 * 1024**2
"""Bytes up to which it is compared: the site reads all of them."""

BAD_DIGEST = _("The digest of this file cannot be compared.")
OTHER_BYTES = _("The file was damaged on its way. Please send it again.")


def told(value: Any, size: int) -> str:
    """What the browser says of a file of *size* bytes, in hex; empty if nothing. Raises ``ValidationError``."""
    if value is None:
        return ""
    if not isinstance(value, str) or not re.fullmatch(r"[0-9a-f]{64}", value) or size > LARGEST:
        raise ValidationError(BAD_DIGEST, code="bad_request")
    return value


def compare(reader: ObjectReader, sha256: str) -> None:
    """Read all of it, and go back to the start. Raises ``ValidationError`` if these are other bytes."""
    if not sha256:
        return
    found = hashlib.sha256()
    while piece := reader.read(1024 * 1024):
        found.update(piece)
    if found.hexdigest() != sha256:
        raise ValidationError(OTHER_BYTES, code="other_bytes")
    reader.seek(0)
