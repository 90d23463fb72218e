"""Holds a plan against what the target takes: a file that it would refuse is told before anything is sent."""

from __future__ import annotations

from collections.abc import Callable

from medialift import content_types
from medialift.errors import StoreError
from medialift.move.headers import headers_for
from medialift.move.summary import TRANSFERS, Summary
from medialift.stores.base import ObjectStore, capability
from medialift.stores.limits import TellsLimits
from medialift.types import NO_HEADERS, Step

Judge = Callable[[Step, Summary], None]


def judge_of(source: ObjectStore, target: ObjectStore) -> Judge:
    """Counts in a summary what speaks against a step; asks *target* once, before the first.

    A target that does not answer now stops no plan: the copy stage will hear of its limits.
    """
    teller = capability(target, TellsLimits)
    if teller is None:
        return lambda step, summary: None
    try:
        limits = teller.limits()
    except StoreError:
        return lambda step, summary: None
    # What a source keeps of types is known file by file only, when it is read.
    knows_types = not source.traits.keeps_headers

    def judge(step: Step, summary: Summary) -> None:
        if step.action in TRANSFERS:
            item = step.item
            refusal = limits.refusal(item.key, item.size, type_of(item.name) if knows_types else None)
            summary.judge(step, refusal, limits.doubt(item.size))

    return judge


def type_of(name: str) -> str | None:
    """The content type that a file of this name is sent with; ``None`` if only its bytes tell."""
    told = headers_for(name, b"", NO_HEADERS).content_type
    return None if told == content_types.UNKNOWN else told
