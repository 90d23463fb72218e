"""Reads the entries of a listing before the SDK does, which takes forty times as long for them.

All entries of a page look alike: the first one is made into a pattern, and every other one has to
have its shape to the letter. Then one search finds them all, and no parser builds a tree.

The rest of the answer is still the SDK's: tokens, errors, retries, and whatever it does to keys.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import compress
from operator import attrgetter
from typing import Any
from urllib.parse import unquote_plus
from xml.etree import ElementTree

from botocore.parsers import ResponseParserError
from botocore.utils import parse_timestamp

from medialift.types import ObjectInfo

UNREADABLE = (ElementTree.ParseError, ValueError, ResponseParserError)
"""What is raised for answers that are left to the SDK."""

_ENTRY = re.compile(rb"<Contents>.*?</Contents>", re.DOTALL)
_zone = attrgetter("tzinfo")
_TEXT = re.compile(r"<([^<>]*)>([^<]*)")
WANTED = ["ETag", "Key", "LastModified", "Size"]
_UNKNOWN = re.compile("&(?!amp;|lt;|gt;|apos;|quot;|#34;)")
_QUOTE = '(?:&quot;|&#34;|")'
_QUOTED = re.compile(f'{_QUOTE}[^<&"]*{_QUOTE}')
_REFERENCES = (("&quot;", '"'), ("&#34;", '"'), ("&apos;", "'"), ("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))
"""The last one last: what it makes is text, and nothing to read again."""


@dataclass(frozen=True, slots=True)
class Entries:
    """The entries of a page, column by column; entry by entry they are what the SDK makes of them.

    ``etags`` have no quotes. ``quote`` is what the service has around them.
    """

    keys: Sequence[str]
    sizes: Sequence[int]
    times: Sequence[datetime | None]
    etags: Sequence[str | None]
    quote: str = ""

    @classmethod
    def of(cls, page: Mapping[str, Any]) -> Entries:
        """Those of a page, whoever has read it."""
        found = page.get("Contents", ())
        if isinstance(found, Entries):
            return found
        tags = [tag.strip('"') if (tag := entry.get("ETag")) else None for entry in found]
        times = [entry.get("LastModified") for entry in found]
        return cls([entry["Key"] for entry in found], [entry["Size"] for entry in found], times, tags)

    def __len__(self) -> int:
        return len(self.keys)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        for key, size, time, etag in zip(self.keys, self.sizes, self.times, self.etags, strict=True):
            yield {"Key": key, "Size": size, "LastModified": time, "ETag": f"{self.quote}{etag}{self.quote}"}

    def infos(self) -> Iterator[ObjectInfo]:
        """The objects, by the keys that these entries have."""
        return (
            ObjectInfo(key, size, etag, time, etag or "")
            for key, size, time, etag in zip(self.keys, self.sizes, self.times, self.etags, strict=True)
        )

    def below(self, prefix: str) -> Entries:
        """The same, without *prefix*, which all of the keys have."""
        cut = len(prefix)
        return replace(self, keys=[key[cut:] for key in self.keys]) if cut else self

    def only(self, wanted: Callable[[str], bool]) -> Entries:
        """Those whose keys are *wanted*."""
        chosen = list(map(wanted, self.keys))
        keys, sizes = list(compress(self.keys, chosen)), list(compress(self.sizes, chosen))
        times, etags = list(compress(self.times, chosen)), list(compress(self.etags, chosen))
        return Entries(keys, sizes, times, etags, self.quote)


def read_entries(
    response_dict: dict[str, Any], customized_response_dict: dict[str, Any] | None = None, **_: Any
) -> None:
    """A handler of ``before-parse``: moves the entries of a page out of the body, into the answer.

    What it does not understand, to the letter, it leaves to the SDK.
    """
    body = response_dict["body"]
    if customized_response_dict is None or response_dict["status_code"] != 200 or not isinstance(body, bytes):
        return
    try:
        count, rest, _root = _without_entries(body)
        entries = _entries(body, count)
    except UNREADABLE:
        return
    keys = "\n".join(entries.keys)
    is_encoded = b"<CommonPrefixes>" in rest or "%" in keys or "+" in keys
    if not is_encoded:
        rest = rest.replace(b"<EncodingType>url</EncodingType>", b"")  # there is nothing for the SDK to decode
    response_dict["body"] = rest
    # What the SDK has to decode, and ETags in no or unusual quotes, are left as it knows them.
    customized_response_dict["Contents"] = list(entries) if is_encoded or not entries.quote else entries


def read_page(body: bytes) -> dict[str, Any]:
    """What the SDK tells of a page that has entries and no folders.

    Raises one of :data:`UNREADABLE` for any other one.
    """
    count, _, around = _without_entries(body)
    entries = _entries(body, count)
    told = {child.tag.rpartition("}")[2]: child.text or "" for child in around}
    if "CommonPrefixes" in told:
        raise ValueError("folders are the SDK's business")
    if told.get("EncodingType") == "url":
        entries = replace(entries, keys=list(map(_unquoted, entries.keys)))
    page: dict[str, Any] = {
        "Contents": entries if entries.quote else list(entries),
        "IsTruncated": told.get("IsTruncated") == "true",
    }
    token = told.get("NextContinuationToken")
    return {**page, "NextContinuationToken": token} if token else page


def _unquoted(key: str) -> str:
    """*key* as the SDK decodes it."""
    return unquote_plus(key) if "%" in key or "+" in key else key


def _without_entries(body: bytes) -> tuple[int, bytes, ElementTree.Element]:
    """How many entries there are, the page around them, and that page parsed.

    Raises ``ValueError`` if there are none, or not where a listing has them.
    """
    count = body.count(b"<Contents>")
    if count and body.count(b"</Contents><Contents>") == count - 1:
        head, _, _ = body.partition(b"<Contents>")
        tail = body.rpartition(b"</Contents>")[2]
    else:
        head, found, others = body.partition(b"<Contents>")
        tail, cut = _ENTRY.subn(b"", found + others)
        if not cut or cut != count:
            raise ValueError("there is no entry, or one does not end")
    # The service's own answer to an authenticated request; the SDK parses it with the same parser.
    parser = ElementTree.XMLParser(encoding="utf-8")  # noqa: S314
    root = ElementTree.fromstring(head + b"<Contents/>" + tail, parser)  # noqa: S314
    if not any(child.tag.rpartition("}")[2] == "Contents" for child in root):
        raise ValueError("the entries are not the listing's own")
    return count, head + tail, root


def _entries(body: bytes, count: int) -> Entries:
    """The entries of a page that all have the shape of the first one. Raises ``ValueError`` for others."""
    if b"\r" in body or (b"!" in body and b"<!" in body):
        raise ValueError("line ends, comments and CDATA are an XML parser's business")
    page = body.decode()
    first = page[page.index("<Contents>") : page.index("</Contents>")] + "</Contents>"
    told = _TEXT.findall(first)
    names, quoted = [tag for tag, _ in told if tag in WANTED], _is_quoted(told)
    found = re.findall(_pattern(told, quoted=quoted), page)
    if sorted(names) != WANTED or len(found) != count:
        raise ValueError("another shape than the usual one, or not the same for every entry")
    columns = dict(zip(names, zip(*found, strict=True), strict=True))
    keys, etags = (_plain(columns[name]) for name in ("Key", "ETag"))
    sizes, times = list(map(int, columns["Size"])), _times(columns["LastModified"])
    return Entries(keys, sizes, times, etags, '"' if quoted else "")


def _is_quoted(told: Sequence[tuple[str, str]]) -> bool:
    return any(tag == "ETag" and _QUOTED.fullmatch(text) for tag, text in told)


def _pattern(told: Sequence[tuple[str, str]], *, quoted: bool) -> str:
    """A pattern for entries with the tags of *told*; what is wanted are its groups, in their order."""
    groups = dict.fromkeys(WANTED, "([^<]*)") | ({"ETag": f'{_QUOTE}([^<&"]*){_QUOTE}'} if quoted else {})
    return "".join(f"{re.escape(f'<{tag}>')}{groups.get(tag, '[^<]*')}" for tag, _ in told).removesuffix("[^<]*")


def _plain(texts: Sequence[str]) -> Sequence[str]:
    """What *texts* stand for. Raises ``ValueError`` for references that are not XML's own few."""
    together = "\n".join(texts)
    if "&" not in together:
        return texts
    if _UNKNOWN.search(together):
        raise ValueError("a character reference")
    return [_unescaped(text) if "&" in text else text for text in texts]


def _unescaped(text: str) -> str:
    for reference, character in _REFERENCES:
        text = text.replace(reference, character)
    return text


def _times(texts: Sequence[str]) -> list[datetime]:
    try:
        times = list(map(datetime.fromisoformat, texts))
    except ValueError:
        times = []  # before Python 3.11 it does not know the Z
    return times if times and all(map(_zone, times)) else list(map(parse_time, texts))


def parse_time(text: Any) -> datetime:
    """A service's timestamp. Nearly all are ISO 8601 in UTC, which the SDK's parser takes fifty times as long for."""
    if isinstance(text, str) and text.endswith("Z"):
        try:
            return datetime.fromisoformat(f"{text[:-1]}+00:00")
        except ValueError:
            pass
    return parse_timestamp(text)
