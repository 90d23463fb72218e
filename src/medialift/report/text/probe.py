"""What a probe found, as a person reads it: each answer with its evidence, and what follows from all of them."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from datetime import datetime, timezone

from medialift.report import units
from medialift.report.table import printable
from medialift.report.text.parts import wrap
from medialift.report.values import Forgotten, ProbeReport
from medialift.stores.probe import Finding, Subject, Verdict
from medialift.types import ETag, Traits

ASKED: Mapping[Subject, str] = {
    Subject.ETAG: "its ETag is the MD5 of the bytes",
    Subject.HEADERS: "keeps the headers of an object",
    Subject.CREATE: "creates only where there is nothing",
    Subject.CONTENT_MD5: "compares Content-MD5 with the bytes",
    Subject.PAYLOAD_SHA256: "compares the signed digest with the bytes",
    Subject.CHECKSUM_SHA256: "compares x-amz-checksum-sha256 with the bytes",
    Subject.UNEQUAL_PARTS: "takes parts of different sizes",
    Subject.CREATE_PARTS: "creates only where there is nothing, in parts too",
    Subject.MISSING: "tells a missing object from a forbidden one",
    Subject.KEYS: "holds every key as it is written",
    Subject.LONG_KEYS: "holds keys of 1,000 bytes",
    Subject.ORDER: "lists in the order of the keys' bytes",
    Subject.ETAG_PARTS: "its ETag of an upload in parts can be computed",
    Subject.SIGNED_URL: "serves signed URLs to browsers",
    Subject.PUBLIC: "serves everybody, without a signature",
    Subject.DELETE_MANY: "deletes many objects in one request",
}
"""Each subject as the end of a sentence that begins with the store."""

SAID: Mapping[Verdict, str] = {
    Verdict.YES: "yes",
    Verdict.NO: "no",
    Verdict.IGNORED: "ignored",
    Verdict.UNKNOWN: "unknown",
}
LEFT = max(map(len, SAID.values())) + 2


def probe(report: ProbeReport, width: int) -> list[str]:
    probed = report.probed
    head = f"{report.place.alias}: {probed.identity}".removeprefix(": ")
    requests = units.plural(probed.requests, "request")
    tried = f"Tried on {_moment(probed.at)} with {requests}; believed until {probed.believed_until:%Y-%m-%d}."
    lines = [*wrap(printable(head), width), *wrap(tried, width), ""]
    for finding in probed.findings:
        lines += _finding(finding, width)
    lines += ["", *wrap(f"So {protocol_of(report.traits)}.", width)]
    return lines + [line for text in _warnings(report) for line in wrap(printable(text), width)]


def forgotten(report: Forgotten, width: int) -> list[str]:
    if report.found:
        return wrap(f"What was found of {report.place.alias} is forgotten.", width)
    return wrap(f"Nothing was known of {report.place.alias}.", width)


def protocol_of(traits: Traits) -> str:
    """How files are written to a store with *traits*, and how a copy there is proved; half a sentence."""
    creates = (
        "a new file is created in one request, and never over another"
        if traits.atomic_create
        else "a new file gets a random suffix, because the service would overwrite another"
    )
    return f"{creates}; {_proof(traits)}"


def _proof(traits: Traits) -> str:
    if traits.checked_digests:
        return "the service compares what arrives with its digest"
    if traits.etag is ETag.OPAQUE:
        return "a copy is fetched again to prove it"
    return "the ETag of a copy proves it"


def _finding(finding: Finding, width: int) -> Iterator[str]:
    yield f"{SAID[finding.verdict]:<{LEFT}}{ASKED[finding.subject]}"
    indent = " " * (LEFT + 2)
    yield from textwrap.wrap(
        printable(finding.evidence), width, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False
    )


def _warnings(report: ProbeReport) -> Iterator[str]:
    yield from (f"It {problem}." for problem in report.problems)
    if not report.remembered:
        yield "This is not remembered: the ledger's tables are not there (python manage.py migrate medialift)."
    for key in report.probed.left_behind:
        yield f"It could not be removed, do it yourself: {key}"


def _moment(at: datetime) -> str:
    return at.astimezone(timezone.utc).strftime("%Y-%m-%d %H:%M UTC")
