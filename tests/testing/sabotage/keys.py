"""Stores that change keys."""

from __future__ import annotations

import posixpath
import unicodedata
from urllib.parse import unquote

from medialift.errors import InvalidKeyError, KeyTooLongError
from medialift.types import KeyRules
from tests.testing.sabotage.base import Any, Body, Broken, Stored


class UnquotesKeys(Broken):
    noticed_by = ("test_an_awkward_key_is_kept_or_refused_as_the_rules_say",)

    def renamed(self, key: str) -> str:
        return unquote(key)


class TakesAPlusForASpace(Broken):
    noticed_by = ("test_an_awkward_key_is_kept_or_refused_as_the_rules_say",)

    def renamed(self, key: str) -> str:
        return key.replace("+", " ")


class RefusesMoreThanItSays(Broken):
    noticed_by = ("test_an_awkward_key_is_kept_or_refused_as_the_rules_say",)

    def put(self, key: str, body: Body, **options: Any) -> Stored:
        if not key.isascii():
            raise InvalidKeyError("only ASCII")
        return super().put(key, body, **options)


class AcceptsMoreThanItSays(Broken):
    noticed_by = ("test_an_awkward_key_is_kept_or_refused_as_the_rules_say",)
    changed_traits = {"key_rules": KeyRules(allowed="A-Za-z0-9/._-")}  # noqa: RUF012

    def _check(self, operation: str, key: str) -> None: ...


class FoldsUnicode(Broken):
    noticed_by = (
        "test_keys_of_both_unicode_forms_are_two_objects",
        "test_an_awkward_key_is_kept_or_refused_as_the_rules_say",
    )

    def renamed(self, key: str) -> str:
        return unicodedata.normalize("NFC", key)


class FoldsCase(Broken):
    noticed_by = ("test_keys_that_differ_in_case_are_two_objects",)

    def renamed(self, key: str) -> str:
        return key.lower()


class RefusesTheLongestKey(Broken):
    noticed_by = ("test_the_longest_key_is_kept", "test_a_key_of_1024_bytes_is_kept")

    def _check(self, operation: str, key: str) -> None:
        super()._check(operation, key)
        if len(key) >= self.traits.key_rules.max_bytes:
            raise KeyTooLongError("too long")


class CutsLongKeys(Broken):
    noticed_by = ("test_a_longer_key_is_refused",)

    def renamed(self, key: str) -> str:
        return key.encode()[: self.traits.key_rules.max_bytes].decode(errors="ignore")


class CountsCharacters(Broken):
    noticed_by = ("test_length_is_counted_in_bytes",)

    def _check(self, operation: str, key: str) -> None:
        if len(key) > self.traits.key_rules.max_bytes:
            raise KeyTooLongError("too long")


class ForgetsTheLimitOfSegments(Broken):
    noticed_by = ("test_a_longer_segment_is_refused",)
    changed_traits = {"key_rules": KeyRules(max_segment_bytes=255)}  # noqa: RUF012

    def _check(self, operation: str, key: str) -> None: ...


class CleansPaths(Broken):
    noticed_by = (
        "test_a_key_that_leads_out_of_the_store_is_refused",
        "test_a_key_that_others_rewrite_is_kept_exactly_or_refused",
    )

    def _check(self, operation: str, key: str) -> None: ...

    def renamed(self, key: str) -> str:
        return posixpath.normpath(f"/{key}").lstrip("/") or "index"


class JoinsDoubleSlashes(Broken):
    noticed_by = ("test_a_key_that_others_rewrite_is_kept_exactly_or_refused",)

    def renamed(self, key: str) -> str:
        return key.replace("//", "/")


class RefusesOnlyInPut(Broken):
    noticed_by = ("test_a_key_that_leads_out_of_the_store_is_refused",)

    def _check(self, operation: str, key: str) -> None:
        if operation == "put":
            super()._check(operation, key)


class DeletesTheObjectAbove(Broken):
    noticed_by = ("test_a_key_below_another_is_kept_or_refused",)

    def put(self, key: str, body: Body, **options: Any) -> Stored:
        self._objects.pop(posixpath.dirname(key), None)
        return super().put(key, body, **options)
