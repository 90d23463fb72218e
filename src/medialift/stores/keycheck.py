"""Refuses keys that a store cannot hold exactly as given, before anything is sent."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from medialift.errors import ConfigError, InvalidKeyError, KeyTooLongError
from medialift.keys import shortest_limit
from medialift.types import KeyRules, Traits

LONGEST_CHARACTER = 4
"""Bytes of UTF-8."""
_SUSPICIOUS = re.compile(r"[\n/]\.{0,2}[\n/]|\0|[\ud800-\udfff]")
"""What no page of keys has, a line each, in which every key is good for a store without rules of its own."""
_SIGNS = ("//", "/.", "/\n", "\n/", "\n.", "\n\n", "\0")
"""Without one of these there is nothing suspicious in ASCII."""
_PLAIN = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_.-]*(?:/[A-Za-z0-9_-][A-Za-z0-9_.-]*)*")
"""Keys that only a provider's own alphabet or pattern can refuse."""


def check_key(key: str, rules: KeyRules, *, operation: str = "", store: str = "") -> None:
    """Return if a store with *rules* can hold *key* exactly.

    Keys that could lead out of a folder (``..``), or that a service or an HTTP client would
    silently rewrite (``.``, a leading or trailing slash), are refused for every store.
    Raises :class:`KeyTooLongError` and :class:`InvalidKeyError`.
    """
    if len(key) <= shortest_limit(rules) and _PLAIN.fullmatch(key) and not (rules.allowed or rules.refused_segment):
        return  # nearly every key, for every call
    for fault in _faults(key, rules):
        raise InvalidKeyError(fault, operation=operation, key=key, store=store)
    for fault in _excesses(key, rules):
        raise KeyTooLongError(fault, operation=operation, key=key, store=store)


def are_good(keys: Sequence[str], max_bytes: int) -> bool:
    """Whether a store without rules of its own can hold each of *keys*, in one look at all of them.

    What it denies, :func:`check_key` may still allow: only that one looks closely.
    """
    if max(map(len, keys), default=0) * LONGEST_CHARACTER > max_bytes:
        return False
    lines = "\n".join(["", *keys, ""])
    if lines.isascii() and not any(sign in lines for sign in _SIGNS):
        return True  # a fifth of the time of the search
    return not _SUSPICIOUS.search(lines)


def check_prefix(prefix: str, rules: KeyRules, *, operation: str = "", store: str = "") -> None:
    """The same for a folder; the empty prefix is the whole store."""
    if prefix:
        check_key(prefix, rules, operation=operation, store=store)


def told_apart(
    keys: Iterable[str], rules: KeyRules, *, operation: str, store: str
) -> tuple[list[str], list[InvalidKeyError]]:
    """The keys that a store with *rules* can hold, and an error for each of the others."""
    good: list[str] = []
    errors: list[InvalidKeyError] = []
    for key in keys:
        try:
            check_key(key, rules, operation=operation, store=store)
        except InvalidKeyError as error:
            errors.append(error)
        else:
            good.append(key)
    return good, errors


def traits_below(prefix: str, traits: Traits) -> Traits:
    """The traits of a store below *prefix* of its bucket, whose bytes count as part of every key.

    Raises :class:`ConfigError` for a prefix that the service holds no key under.
    """
    if not prefix:
        return traits
    try:
        check_key(prefix, traits.key_rules)
    except InvalidKeyError as error:
        raise ConfigError(f"the prefix {prefix!r} cannot be used: {error.reason}") from error
    limit = traits.key_rules.max_bytes - len(prefix.encode()) - 1
    return replace(traits, key_rules=replace(traits.key_rules, max_bytes=limit))


def _faults(key: str, rules: KeyRules) -> Iterator[str]:
    segments = key.split("/")
    if not key:
        yield "a key may not be empty"
    elif "" in (segments[0], segments[-1]):
        yield "a key may not start or end with a slash"
    if "." in segments or ".." in segments:
        yield "a key may have no segment '.' or '..'"
    if "\0" in key:
        yield "a key may not hold a NUL"
    if not _is_text(key):
        yield "the key is not valid Unicode text"
    yield from _provider_faults(key, segments, rules)


def _provider_faults(key: str, segments: list[str], rules: KeyRules) -> Iterator[str]:
    if rules.refuses_empty_segments and "" in segments:
        yield "the store holds no key with an empty segment"
    if rules.allowed and _outside(rules.allowed).search(key):
        yield "the store refuses a character of this key"
    if rules.folds_to_nfc and not unicodedata.is_normalized("NFC", key):
        yield "the store would change this key to Unicode form NFC"
    if rules.refused_segment and any(re.fullmatch(rules.refused_segment, segment) for segment in segments):
        yield "the store refuses a segment of this key"
    if rules.refuses_outer_spaces and key != key.strip(" "):
        yield "the store holds no key that starts or ends with a space"


def _excesses(key: str, rules: KeyRules) -> Iterator[str]:
    size = len(key.encode())
    if size > rules.max_bytes:
        yield f"the key has {size} bytes, the store allows {rules.max_bytes}"
    if rules.max_segment_bytes is not None:
        longest = max(len(segment.encode()) for segment in key.split("/"))
        if longest > rules.max_segment_bytes:
            yield f"one segment of the key has {longest} bytes, the store allows {rules.max_segment_bytes}"


def _is_text(key: str) -> bool:
    try:
        key.encode()
    except UnicodeEncodeError:
        return False
    return True


@lru_cache(maxsize=32)
def _outside(allowed: str) -> re.Pattern[str]:
    return re.compile(f"[^{allowed}]", re.DOTALL)
