"""Whether files can be stored under the prefix."""

from __future__ import annotations

from collections.abc import Iterator

from medialift.doctor.access_switches import command, harmful_at
from medialift.doctor.advice import to_allow
from medialift.doctor.answers import DoesNotApplyError
from medialift.doctor.check import StoreCheck
from medialift.doctor.finding import Finding, Rule
from medialift.doctor.site import SiteFacts
from medialift.doctor.visit import Visit
from medialift.errors import AccessDeniedError, NoSpaceError, ReadOnlyError, StoreError, UnavailableError
from medialift.stores.bucket_settings import Silence

RULE = Rule(
    "medialift.E014",
    "STORAGES[{alias!r}] cannot store a file: {reason}.",
    "{how}",
)


def look(facts: SiteFacts, visit: Visit) -> Iterator[Finding]:
    try:
        visit.written()
    except (AccessDeniedError, ReadOnlyError, NoSpaceError, UnavailableError) as error:
        switches, known = _harmful(visit)
        because = f", because {switches} shuts uploads out here" if known else ""
        how = _how(visit, switches, known, error)
        yield RULE.found(alias=visit.alias, reason=error.reason.rstrip(".") + because, how=how)


def _how(visit: Visit, switches: str, known: bool, refusal: StoreError) -> str:
    opens = command(visit.store.identity, visit.aws) if switches else ""
    if known:
        return opens
    perhaps = f" If it is allowed, {switches} may shut uploads out: {opens}" if switches else ""
    return to_allow(visit, "s3:PutObject", visit.arn, on_disk="write", refusal=refusal) + perhaps


def _harmful(visit: Visit) -> tuple[str, bool]:
    """The switches of the public access block that shut the site out at this service, if they are on or may be.

    The second value says that they are known to be on.
    """
    try:
        block = visit.settings().public_access_block
    except (DoesNotApplyError, StoreError):
        return "", False
    harmful = harmful_at(visit.store.identity)
    if block is Silence.NOT_ALLOWED:
        return " and ".join(sorted(harmful)), False
    on = frozenset() if isinstance(block, Silence) else block.closed & harmful
    return " and ".join(sorted(on)), bool(on)


CHECK = StoreCheck(RULE, "files can be stored", look, watched=True)
