"""What a check is, and what it may answer.

A check looks at the site's facts, or at one store, and yields findings. It raises
:class:`CannotTellError` for what these credentials cannot know, and :class:`DoesNotApplyError` for what makes no sense
here: neither is ever counted as bad.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from medialift.doctor.finding import Finding, Rule
from medialift.doctor.site import SiteFacts
from medialift.doctor.visit import Visit


@dataclass(frozen=True, slots=True)
class SiteCheck:
    """A check of the site itself; *about* says what is looked at, in a few words."""

    rule: Rule
    about: str
    look: Callable[[SiteFacts], Iterator[Finding]]


@dataclass(frozen=True, slots=True)
class StoreCheck:
    """A check of one store. If a ``gate`` finds something, the other checks of that store cannot tell anything.

    ``watched``: what it looks at can break at any time, without a deploy.
    """

    rule: Rule
    about: str
    look: Callable[[SiteFacts, Visit], Iterator[Finding]]
    gate: bool = False
    watched: bool = False


class State(enum.Enum):
    """How a check ended."""

    OK = "ok"
    FINDING = "finding"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not-applicable"


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one check ended: with *findings*, or with the *reason* why nothing can be said.

    ``alias`` is empty for a check of the site itself.
    """

    alias: str
    id: str
    about: str
    state: State
    findings: tuple[Finding, ...] = ()
    reason: str = ""
