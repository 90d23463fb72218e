"""``doctor``: what is wrong with the settings, the buckets and the site."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

from medialift import checks as system_checks
from medialift.cli.arguments import address, positive, seconds
from medialift.cli.counting import count_checks
from medialift.cli.ends import open_alias
from medialift.cli.output import Output
from medialift.cli.verb import Exit, Verb
from medialift.cli.watching import refuse_alone, watch
from medialift.doctor.check import Outcome, SiteCheck, State, StoreCheck
from medialift.doctor.checks import RULES, SITE_CHECKS, STORE_CHECKS
from medialift.doctor.run import examine_settings, examine_site, examine_store
from medialift.doctor.site import SiteFacts
from medialift.doctor.watch import WATCHED
from medialift.errors import ConfigError, MissingExtraError, RefusedError
from medialift.facts.site import site_facts
from medialift.facts.storages import distinct_aliases
from medialift.report.values import Diagnosis, Examination
from medialift.stores.base import ObjectStore

TEACHES = """\
Looks at the settings, at the site and at every bucket or folder, and says what is
wrong, each finding with a permanent id and a fix to type. What these credentials
cannot know is called unknown, and what makes no sense for a provider does not
apply: neither is ever a finding.

In each store a few small objects and a large one are written below
medialift-doctor/, and deleted again; nothing else is ever touched. An id in
SILENCED_SYSTEM_CHECKS is left out.

With --watch it goes on until Ctrl-C, and repeats what can break by itself: the
service, the credentials and their end, reading and writing, signed URLs, and what
strangers can see. It tells only what changes; its exit code is that of the last
round. Prometheus can read all of it, with --listen or --textfile.

examples:
  manage.py medialift doctor
  manage.py medialift doctor cloud --json
  manage.py medialift doctor cloud --only W019 --only E012
  manage.py medialift doctor default --watch --every 1m --listen 127.0.0.1:9464
"""

Checked = TypeVar("Checked", SiteCheck, StoreCheck)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("aliases", metavar="ALIAS", nargs="*", help="alias in STORAGES (default: all that differ)")
    parser.add_argument(
        "--only", metavar="ID", action="append", default=[], help="only this check; may be given several times"
    )
    parser.add_argument("--watch", action="store_true", help="look again and again, and tell what changes")
    parser.add_argument("--every", metavar="TIME", type=seconds, help="for --watch: the pause between (default: 5m)")
    parser.add_argument("--rounds", metavar="N", type=positive, help="for --watch: end after this many")
    parser.add_argument(
        "--listen", metavar="HOST:PORT", type=address, help="for --watch: serve metrics to Prometheus there"
    )
    parser.add_argument(
        "--textfile", metavar="FILE", help="for --watch: write metrics into this .prom file, for node_exporter"
    )


def run(options: argparse.Namespace, out: Output) -> Exit:
    refuse_alone(options)
    only = _ids(options.only)
    # Opening sends nothing: an alias that nobody knows is told before anything is tried.
    opened = [(alias, _opened(alias)) for alias in dict.fromkeys(options.aliases or distinct_aliases())]
    if options.watch:
        return _watch(options, out, opened, only)
    outcomes: list[Outcome] = []
    for examination in _examinations(site_facts(system_checks.said_of_settings()), opened, only):
        if examination.outcomes:
            out.show(examination)
        outcomes += examination.outcomes
    diagnosis = Diagnosis(tuple(outcomes))
    count_checks(outcomes)
    out.conclude(diagnosis)
    return Exit.FINDINGS if diagnosis.count(State.FINDING) else Exit.GOOD


def _watch(
    options: argparse.Namespace,
    out: Output,
    opened: Iterable[tuple[str, ObjectStore | ConfigError]],
    only: frozenset[str],
) -> Exit:
    stores: dict[str, ObjectStore] = {}
    for alias, store in opened:
        if isinstance(store, ConfigError):
            raise store  # it will not mend itself
        stores[alias] = store
    checks = tuple(_chosen(WATCHED, only))
    if not checks:
        raise RefusedError("none of these can change by itself", hint="Leave --watch out, or name other checks.")
    return watch(options, out, site_facts(), stores, checks)


def _opened(alias: str) -> ObjectStore | ConfigError:
    try:
        return open_alias(alias)
    except ConfigError as error:
        return error


def _examinations(
    facts: SiteFacts, opened: Iterable[tuple[str, ObjectStore | ConfigError]], only: frozenset[str]
) -> Iterator[Examination]:
    said = (outcome for outcome in examine_settings(facts) if not only or outcome.id in only)
    yield Examination("", "", (*said, *examine_site(facts, _chosen(SITE_CHECKS, only))))
    checks = _chosen(STORE_CHECKS, only)
    for alias, store in opened:
        if isinstance(store, ConfigError):
            yield _unusable(alias, store)
        else:
            yield Examination(alias, str(store.identity), tuple(examine_store(facts, alias, store, checks)))


def _unusable(alias: str, error: ConfigError) -> Examination:
    if isinstance(error, MissingExtraError):
        missing = system_checks.NO_DRIVER  # the settings' checks have found it: once is enough
        return Examination(alias, "", (Outcome(alias, missing.id, "its driver", State.UNKNOWN, reason=error.reason),))
    found = system_checks.WRONG_OPTIONS.found(alias=alias, reason=error.reason, hint=error.hint)
    return Examination(alias, "", (Outcome(alias, found.id, "settings", State.FINDING, (found,)),))


def _chosen(known: Iterable[Checked], only: frozenset[str]) -> list[Checked]:
    return [check for check in known if not only or check.rule.id in only]


def _ids(texts: Sequence[str]) -> frozenset[str]:
    """Ids as people type them, with or without ``medialift.``."""
    known = {rule.id for rule in (*system_checks.FINDINGS, *RULES)}
    ids = {f"medialift.{text.upper().removeprefix('MEDIALIFT.')}" for text in texts}
    if unknown := sorted(ids - known):
        raise RefusedError(f"there is no check {unknown[0]}", hint="The page of all findings lists them.")
    return frozenset(ids)


VERB = Verb(
    "doctor",
    "Say what is wrong with the settings, the buckets and the site",
    TEACHES,
    add_arguments,
    run,
    checked=False,  # it tells what the system checks say itself, each with its alias, and as JSON
)
