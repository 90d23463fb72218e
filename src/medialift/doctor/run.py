"""Runs the checks: the site's own, then each store's, and whatever one says, the others go on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from medialift.doctor.answers import CannotTellError, DoesNotApplyError
from medialift.doctor.check import Outcome, SiteCheck, State, StoreCheck
from medialift.doctor.checks import SITE_CHECKS, STORE_CHECKS
from medialift.doctor.finding import Finding
from medialift.doctor.site import SiteFacts
from medialift.doctor.visit import Visit
from medialift.errors import StoreError, UnsupportedError
from medialift.stores.base import ObjectStore

SILENCED = "silenced by SILENCED_SYSTEM_CHECKS"


def examine_settings(facts: SiteFacts) -> Iterator[Outcome]:
    """What the system checks have said already."""
    for id, found in facts.settings.items():
        if id in facts.silenced:
            yield Outcome("", id, "settings", State.NOT_APPLICABLE, reason=SILENCED)
            continue
        yield Outcome("", id, "settings", State.FINDING if found else State.OK, found)


def examine_site(facts: SiteFacts, checks: Iterable[SiteCheck] = SITE_CHECKS) -> Iterator[Outcome]:
    """How each check of the site ends."""
    for check in checks:
        yield _outcome("", check, lambda check=check: check.look(facts), facts.silenced)  # type: ignore[misc]


def examine_store(
    facts: SiteFacts, alias: str, store: ObjectStore, checks: Iterable[StoreCheck] = STORE_CHECKS
) -> Iterator[Outcome]:
    """How each check of one store ends; whatever the checks write there is deleted again."""
    shut = ""
    with Visit(alias, store) as visit:
        for check in checks:
            if shut and not check.gate:
                yield Outcome(alias, check.rule.id, check.about, State.UNKNOWN, reason=f"see {shut}")
                continue
            ended = _outcome(alias, check, lambda check=check: check.look(facts, visit), facts.silenced)  # type: ignore[misc]
            if check.gate and ended.findings:
                shut = ended.id
            yield ended


def _outcome(
    alias: str, check: SiteCheck | StoreCheck, look: Callable[[], Iterator[Finding]], silenced: frozenset[str]
) -> Outcome:
    def ended(state: State, found: tuple[Finding, ...] = (), reason: str = "") -> Outcome:
        return Outcome(alias, check.rule.id, check.about, state, found, reason)

    if check.rule.id in silenced:
        return ended(State.NOT_APPLICABLE, reason=SILENCED)
    try:
        found = tuple(look())
    except (DoesNotApplyError, UnsupportedError) as reason:
        return ended(State.NOT_APPLICABLE, reason=_said(reason))
    except (CannotTellError, StoreError) as reason:
        return ended(State.UNKNOWN, reason=_said(reason))
    return ended(State.FINDING if found else State.OK, found)


def _said(error: Exception) -> str:
    return error.reason if isinstance(error, StoreError) else str(error)
