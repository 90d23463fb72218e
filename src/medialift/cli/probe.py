"""``probe``: what a store's service really does."""

from __future__ import annotations

import argparse

from medialift.cli.ends import open_alias
from medialift.cli.interrupt import stops_cleanly
from medialift.cli.output import Output
from medialift.cli.probing import problems
from medialift.cli.verb import Exit, Verb
from medialift.errors import LedgerError, RefusedError
from medialift.ledger import probes
from medialift.report.values import Forgotten, Place, ProbeReport
from medialift.stores.base import ObjectStore
from medialift.stores.probe import FOLDER, CanBeProbed, Probed

TEACHES = f"""\
Tries what a bucket's service does: whether it creates only where there is nothing,
which digests it compares with the bytes, what its ETags mean, how it takes uploads
in parts, keys, listings and signed URLs. A service that accepts a condition and
ignores it is found out. The result is remembered for 30 days, and moves and saved
files follow it: a fast service is then not treated as one that nobody knows.

It takes about 25 requests and 10 MiB. It only writes below {FOLDER}/ in
the store, and removes all of it again, also when it is stopped.

examples:
  manage.py medialift probe cloud
  manage.py medialift probe cloud --json
  manage.py medialift probe cloud --forget
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("alias", metavar="ALIAS", help="alias in STORAGES")
    parser.add_argument("--forget", action="store_true", help="forget what was found, and try nothing")


def run(options: argparse.Namespace, out: Output) -> Exit:
    store = open_alias(options.alias)
    place = Place(options.alias, store.identity)
    if options.forget:
        out.conclude(Forgotten(place, probes.forget(store.identity)))
        return Exit.GOOD
    with stops_cleanly() as stop:
        probed = _able(store).probe(stop=stop)
    if probed is None:
        return Exit.INTERRUPTED
    report = _report(place, store, probed)
    out.conclude(report)
    return Exit.FINDINGS if report.problems or probed.left_behind else Exit.GOOD


def _able(store: ObjectStore) -> CanBeProbed:
    if isinstance(store, CanBeProbed):
        return store
    reason = f"there is nothing to try at {store.identity}: what it does is known"
    raise RefusedError(reason, hint="Buckets can be probed, and no folders.")


def _report(place: Place, store: ObjectStore, probed: Probed) -> ProbeReport:
    remembered = True
    try:
        probes.remember(probed)
    except LedgerError:
        remembered = False
    traits = _able(store).as_probed(probed).traits
    return ProbeReport(place, probed, traits, tuple(problems(probed)), remembered)


VERB = Verb("probe", "Try what a bucket's service really does, and remember it", TEACHES, add_arguments, run)
