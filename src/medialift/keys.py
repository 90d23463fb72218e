"""Names ↔ keys: the only normaliser and the only escape.

A *name* is what a ``FileField`` column holds, a *key* the place of the object in a store. Where the
store can hold the name as it is, the key **is** the name. Elsewhere the offending characters, and
only those, are escaped; the database keeps its names, and :func:`name_for` gets them back exactly.

The escape is ASCII and stable for ever, because keys outlive every release of this package:

======================  ===========================  ==================================================
in the name             in the key                   rule
======================  ===========================  ==================================================
``日本.jpg``            ``=65e5,672c;.jpg``          code points in lower-case hex; neighbours share one
``été.jpg``             ``e=e9;te=e9;.jpg``          a letter of the Latin blocks stays readable: its
                                                     base letter comes before its code point
``é`` (``e`` + U+0301)  ``e=301;``                   other spelling, other key
``=41;``                ``=3d;41;``                  ``=`` is escaped only where it would read as one
======================  ===========================  ==================================================
"""

from __future__ import annotations

import posixpath
import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from medialift.errors import InvalidKeyError, KeyTooLongError
from medialift.types import KeyRules

_ESCAPE = re.compile(r"=(?:0|[1-9a-f][0-9a-f]*)(?:,(?:0|[1-9a-f][0-9a-f]*))*;")
_SURROGATE = re.compile("[\ud800-\udfff]")
_LATIN = ((0xC0, 0x24F), (0x1E00, 0x1EFF))
_EMOJI = (0x1F000, 0x1FAFF)


def clean_name(name: str) -> str:
    """*name* as every store of one site reads it: ``a//b`` and ``./a/b`` are ``a/b``.

    The rule is that of Django's ``safe_join``, so a name means the same file before and after a
    move. Raises :class:`InvalidKeyError` for a name that is empty, absolute, holds a NUL, or leads
    out of the store.
    """
    clean = posixpath.normpath(name) if name else ""
    if clean in ("", ".", "..") or clean.startswith(("../", "/")) or "\0" in clean:
        raise InvalidKeyError("the name is empty or leads out of the store", key=name)
    return clean


def is_name(name: str) -> bool:
    """Whether :func:`clean_name` takes it."""
    try:
        clean_name(name)
    except InvalidKeyError:
        return False
    return True


def key_for(name: str, rules: KeyRules) -> str:
    """The key of *name*: the name itself where *rules* allow, else its escaped form.

    Raises :class:`KeyTooLongError`, and :class:`InvalidKeyError` where no escape can help.
    """
    if name.isascii() and "\0" not in name and len(name) <= shortest_limit(rules) and not _restricts(rules):
        return name  # nearly every name, for every file of a move
    key = _escape(name, rules) if _restricts(rules) else name
    if "\0" in key or _SURROGATE.search(key):
        raise InvalidKeyError("the name is not valid Unicode text", key=name, hint="Rename the file.")
    _check_length(key, rules)
    return key


def shortest_limit(rules: KeyRules) -> int:
    """Bytes that every key may have under *rules*, however it is divided into segments."""
    segment = rules.max_segment_bytes
    return rules.max_bytes if segment is None else min(segment, rules.max_bytes)


def name_for(key: str, rules: KeyRules) -> str:
    """The name whose key this is: ``name_for(key_for(name, rules), rules) == name``.

    Raises :class:`InvalidKeyError` for a key that :func:`key_for` never makes: somebody else's object.
    """
    if not _restricts(rules):
        return key
    name = _unescape(key)
    if _escape(name, rules) != key:
        raise InvalidKeyError("this key was not made from a name", key=key)
    return name


def collision_key(name: str) -> str:
    """What *name* becomes on a disk or in a tool that ignores case and Unicode form."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


# ── escaping ─────────────────────────────────────────────────────────────────────────────────


def _restricts(rules: KeyRules) -> bool:
    return bool(
        rules.allowed
        or rules.folds_to_nfc
        or rules.refuses_empty_segments
        or rules.refused_segment
        or rules.refuses_outer_spaces
    )


def _escape(name: str, rules: KeyRules) -> str:
    unsafe = _unsafe_positions(name, rules)
    if not unsafe:
        return name
    out: list[str] = []
    for position, character in enumerate(name):
        if position not in unsafe:
            out.append(character)
        elif base := _base_letter(character):
            out.append(f"{base}={ord(character):x};")
        elif out and position - 1 in unsafe and not _base_letter(name[position - 1]):
            out[-1] = f"{out[-1][:-1]},{ord(character):x};"
        else:
            out.append(f"={ord(character):x};")
    return "".join(out)


def _unescape(key: str) -> str:
    out: list[str] = []
    end = 0
    for match in _ESCAPE.finditer(key):
        out.append(key[end : match.start()])
        for digits in match.group()[1:-1].split(","):
            point = int(digits, 16)
            if point > 0x10FFFF:
                raise InvalidKeyError("this key was not made from a name", key=key)
            character = chr(point)
            if _base_letter(character):
                out = ["".join(out)[:-1]]
            out.append(character)
        end = match.end()
    return "".join(out) + key[end:]


def _unsafe_positions(name: str, rules: KeyRules) -> frozenset[int]:
    return frozenset(
        position
        for source in (
            _outside_alphabet(name, rules.allowed),
            _unstable_under_nfc(name) if rules.folds_to_nfc else (),
            _empty_segments(name) if rules.refuses_empty_segments else (),
            _refused_segments(name, rules.refused_segment) if rules.refused_segment else (),
            _outer_spaces(name) if rules.refuses_outer_spaces else (),
            (match.start() for match in _ESCAPE.finditer(name)),
        )
        for position in source
    )


def _outside_alphabet(name: str, allowed: str) -> Iterator[int]:
    if allowed:
        yield from (match.start() for match in _outside(allowed).finditer(name))


@lru_cache(maxsize=32)
def _outside(allowed: str) -> re.Pattern[str]:
    return re.compile(f"[^{allowed}]", re.DOTALL)


def _unstable_under_nfc(name: str) -> Iterator[int]:
    """Positions that Unicode normalisation form C may change, in this or any later Unicode version.

    Normalisation is frozen for assigned characters (Unicode Standard Annex 15, "Stability"), so a
    character that was unassigned in Unicode 3.2, the oldest database that Python ships, is never
    trusted, but for the emoji blocks, which hold no compositions. The answer is therefore the same
    under every Python.
    """
    unknown = [position for position, character in enumerate(name) if _unknown(character)]
    yield from unknown
    if unknown or not unicodedata.is_normalized("NFC", name):
        yield from (position for position, character in enumerate(name) if _may_compose(character))


def _unknown(character: str) -> bool:
    if character.isascii() or _EMOJI[0] <= ord(character) <= _EMOJI[1]:
        return False
    return unicodedata.ucd_3_2_0.category(character) in ("Cn", "Cs")


def _may_compose(character: str) -> bool:
    return (
        unicodedata.category(character).startswith("M")
        or 0x1160 <= ord(character) <= 0x11FF
        or not unicodedata.is_normalized("NFC", character)
    )


def _empty_segments(name: str) -> Iterator[int]:
    last = len(name) - 1
    for position, character in enumerate(name):
        if character == "/" and (position in (0, last) or name[position - 1] == "/"):
            yield position


def _refused_segments(name: str, pattern: str) -> Iterator[int]:
    start = 0
    for segment in name.split("/"):
        if re.fullmatch(pattern, segment):
            yield start
        start += len(segment) + 1


def _outer_spaces(name: str) -> Iterator[int]:
    for position in {0, len(name) - 1}:
        if name[position : position + 1] == " ":
            yield position


@lru_cache(maxsize=1024)
def _base_letter(character: str) -> str:
    """The ASCII letter that *character* is built on, if it is a Latin letter with marks."""
    if not any(first <= ord(character) <= last for first, last in _LATIN):
        return ""
    base = unicodedata.normalize("NFD", character)[0]
    return base if base.isascii() and base.isalpha() else ""


def _check_length(key: str, rules: KeyRules) -> None:
    size = len(key.encode("utf-8", "surrogatepass"))
    if size > rules.max_bytes:
        raise KeyTooLongError(
            f"the key has {size} bytes, the store allows {rules.max_bytes}",
            key=key,
            hint="Shorten the name, or the store's prefix.",
        )
    if rules.max_segment_bytes is None:
        return
    longest = max(len(segment.encode("utf-8", "surrogatepass")) for segment in key.split("/"))
    if longest > rules.max_segment_bytes:
        raise KeyTooLongError(
            f"one segment of the key has {longest} bytes, the store allows {rules.max_segment_bytes}",
            key=key,
            hint="Shorten the file's name.",
        )
