"""What the verbs of a move do with probes: use what is remembered, and find out what nobody knows."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace

from medialift.cli.command_line import on
from medialift.cli.ends import Ends
from medialift.cli.output import Output
from medialift.errors import LedgerError
from medialift.ledger import probes
from medialift.providers import load_provider
from medialift.report.text.probe import protocol_of
from medialift.report.values import Place
from medialift.stores.base import ObjectStore
from medialift.stores.probe import FOLDER, CanBeProbed, Probed
from medialift.stores.probe.traits import broken_promises


def with_probed_target(ends: Ends, out: Output, stop: threading.Event) -> Ends:
    """*ends* with a target that was tried, where only that tells what it does; the source is never written to.

    Once a month: a result is remembered. Raises the errors of a store that cannot be written to.
    """
    target = ends.target
    if not isinstance(target, CanBeProbed) or not has_to_be_probed(target) or known(target):
        return ends
    out.say(f"Trying what {ends.pair.target.alias or target.identity} does, once a month (about 25 requests) …")
    probed = target.probe(stop=stop)
    if probed is None:
        return ends
    try:
        probes.remember(probed)
    except LedgerError as error:
        out.say(f"What was found is not remembered: {error.reason}")
    return replace(ends, target=target.as_probed(probed))


def probe_notes(place: Place, store: ObjectStore) -> Iterator[str]:
    """What a plan says of probes: what was found of the target and when, or that it will be tried."""
    if not isinstance(store, CanBeProbed):
        return
    alias = place.alias or str(place.identity)
    probed = known(store)
    if probed is not None:
        yield f"{alias} was tried on {probed.at:%Y-%m-%d}: {protocol_of(store.traits)}"
        yield from (f"{alias} {problem}" for problem in problems(probed))
    elif has_to_be_probed(store):
        yield (
            f"what {alias} does is not known yet; a move begins with trying it (about 25 requests below "
            f"{FOLDER}/, removed again), or now: {on('probe', place.alias)}"
        )


def problems(probed: Probed) -> Iterator[str]:
    """What the provider's data promises and the service does not do."""
    known = load_provider(probed.identity.provider).traits
    for subject in broken_promises(probed, known):
        finding = probed.finding(subject)
        yield f"was expected to do otherwise ({subject.value}: {finding.verdict.value}): {finding.evidence}"


def has_to_be_probed(store: ObjectStore) -> bool:
    """Whether the documents leave open what the service does."""
    return load_provider(store.identity.provider).probing is not None


def known(store: ObjectStore) -> Probed | None:
    """What is remembered of *store*, if anything can be."""
    try:
        return probes.recall(store.identity)
    except LedgerError:
        return None
