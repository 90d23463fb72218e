"""``doctor --watch``: the same look again and again, each change told, and all of it for Prometheus."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from medialift.cli.counting import count_checks
from medialift.cli.interrupt import stops_cleanly
from medialift.cli.output import Output
from medialift.cli.verb import Exit
from medialift.doctor.check import State, StoreCheck
from medialift.doctor.site import SiteFacts
from medialift.doctor.watch import Round, alterations, remembering, rounds
from medialift.errors import RefusedError
from medialift.report.metrics import Exposition
from medialift.report.units import plural
from medialift.stores.base import ObjectStore

ONLY_WATCHING = ("every", "rounds", "listen", "textfile")
EVERY = 300.0
"""Seconds."""

Publish = Callable[[Round], None]


def refuse_alone(options: argparse.Namespace) -> None:
    """Raise :class:`RefusedError` for an option that means nothing without ``--watch``."""
    for name in ONLY_WATCHING:
        if getattr(options, name) is not None and not options.watch:
            raise RefusedError(f"--{name} says how to watch", hint="Add --watch, or leave it out.")


def watch(
    options: argparse.Namespace,
    out: Output,
    facts: SiteFacts,
    stores: Mapping[str, ObjectStore],
    checks: tuple[StoreCheck, ...],
) -> Exit:
    """Look until somebody stops it, or ``--rounds`` are over. The code says how the last round ended."""
    every = EVERY if options.every is None else options.every
    last: Round | None = None
    with _published(options, out) as publish, stops_cleanly() as stop:
        out.say(
            f"Watching {', '.join(stores)}: {plural(len(checks), 'check')} every {every:g} seconds. Ctrl-C ends it."
        )
        for looked in rounds(facts, stores, checks):
            found = remembering(last, looked)
            altered = list(alterations(last, found))
            publish(looked)
            count_checks(looked.outcomes)
            for alteration in altered:
                out.show(alteration)
            if out.as_json or altered or last is None:
                out.show(looked)
            last = found
            if looked.number == options.rounds or stop.wait(every):
                break
    return Exit.FINDINGS if last and last.count(State.FINDING) else Exit.GOOD


@contextmanager
def _published(options: argparse.Namespace, out: Output) -> Iterator[Publish]:
    """Where each round goes, beside what is printed."""
    if options.listen is None and options.textfile is None:
        yield lambda found: None
        return
    exposition = Exposition()

    def publish(found: Round) -> None:
        exposition.show(found)
        if options.textfile is not None:
            exposition.write(options.textfile)

    if options.listen is None:
        yield publish
        return
    host, port = options.listen
    with exposition.served(host, port) as bound:
        shown = f"[{host}]" if ":" in host else host
        out.say(f"Metrics: http://{shown}:{bound}/metrics")
        yield publish
