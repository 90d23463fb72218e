"""How large a file may be."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.deconstruct import deconstructible
from django.utils.translation import gettext_lazy as _

from medialift.conf import MediaOptions, parse
from medialift.providers import load_provider, provider_ids
from medialift.validators.amounts import apart
from medialift.validators.candidate import Candidate
from medialift.validators.rule import Rule


@deconstructible(path="medialift.validators.FileSize")
class FileSize(Rule):
    """At most *maximum* and at least *minimum* bytes, written as a number or as ``"10MB"``.

    Where the file's storage is known, and its service takes less than *maximum*, the service's limit counts.
    """

    too_large = _("This file is too large: %(size)s. At most %(limit)s are accepted.")
    too_small = _("This file is too small: %(size)s. At least %(limit)s are expected.")
    empty = _("This file is empty.")

    def __init__(self, maximum: int | str | None = None, minimum: int | str = 1) -> None:
        self.maximum = None if maximum is None else _size(maximum)
        self.minimum = _size(minimum)

    def check(self, candidate: Candidate) -> None:
        limits = [limit for limit in (self.maximum, limit_of(candidate.storage)) if limit is not None]
        if limits and candidate.size > min(limits):
            raise self._refusal(self.too_large, "file_too_large", candidate, min(limits))
        if candidate.size < self.minimum:
            message = self.too_small if candidate.size else self.empty
            raise self._refusal(message, "file_too_small", candidate, self.minimum)

    def _refusal(self, message: Any, code: str, candidate: Candidate, limit: int) -> ValidationError:
        size, wanted = apart(candidate.size, limit)
        return ValidationError(message, code=code, params={"size": size, "limit": wanted})


def _size(written: int | str) -> int:
    try:
        return parse.size(written)
    except ValueError as error:
        raise ValueError(f"a size is {error}, not {written!r}") from None


def limit_of(storage: Any) -> int | None:
    """The largest object, in bytes, that the service behind *storage* takes; ``None`` if it is not known."""
    options = getattr(storage, "options", None)
    if not isinstance(options, MediaOptions) or options.spec.provider not in provider_ids():
        return None
    return load_provider(options.spec.provider).multipart.max_object
