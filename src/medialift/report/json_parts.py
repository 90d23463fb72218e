"""What several of the objects for scripts are made of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from medialift.move.journal import Tally
from medialift.types import Proof, State

if TYPE_CHECKING:
    from medialift.report import objects
    from medialift.report.values import Pair, Place


def amount(tally: Tally) -> objects.Amount:
    return {"files": tally.files, "bytes": tally.bytes}


def place(store: Place) -> objects.StorePlace:
    identity = store.identity
    return {
        "alias": store.alias,
        "provider": identity.provider,
        "container": identity.container,
        "prefix": identity.prefix,
        "endpoint": identity.endpoint,
    }


def pairs(found: Iterable[Pair]) -> list[objects.StorePair]:
    return [{"source": place(pair.source), "target": place(pair.target)} for pair in found]


def states(found: Mapping[State, Tally]) -> dict[str, objects.Amount]:
    return {state_name(state): amount(tally) for state, tally in found.items()}


def state_name(state: State) -> str:
    """``State.MISSING_AT_BASELINE`` → ``"missing-at-baseline"``."""
    return state.name.lower().replace("_", "-")


def proofs(found: Mapping[Proof, int]) -> dict[str, int]:
    return {proof.value: count for proof, count in found.items()}
