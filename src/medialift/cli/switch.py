"""``switch``: the exact sequence for the site's own platform, and the check after it."""

from __future__ import annotations

import argparse
import os
from collections.abc import Mapping
from pathlib import Path

from django.core.files.storage import storages

from medialift import hosts, switched
from medialift.bridge import alias_of, identity_of
from medialift.cli.arguments import add_move
from medialift.cli.command_line import on
from medialift.cli.ends import storage_of
from medialift.cli.freeze import report as freeze_report
from medialift.cli.moves import OpenMove, all_moves, find_move, status_of, trouble_in
from medialift.cli.output import Output
from medialift.cli.verb import Exit, Verb
from medialift.doctor.check import State
from medialift.errors import RefusedError
from medialift.generate import rollout
from medialift.generate.rollout import PLATFORMS, Plan
from medialift.generate.variables import Variable, variables
from medialift.ledger import switches
from medialift.models import Move
from medialift.providers import load_provider, provider_ids
from medialift.report import settings as settings_text
from medialift.report.site_values import SwitchGuide
from medialift.report.values import Diagnosis, Examination, Pair
from medialift.storage import MediaStorage

TEACHES = """\
Prints the exact sequence of the switch for the platform that the site runs on:
freeze, final pass, variables, restart, check, what to look for in the log, and the
way back. Every line is there to be typed or pasted; no secret is among them.

After the restart, --check proves it: the site's storage is the target of the move,
files that the move has brought there resolve, and a new file goes through it from
upload to deletion, a freeze or not. The ledger then counts the days and the checks
since the switch (see `status`). It only writes that one file, and deletes it again.

examples:
  manage.py medialift switch
  manage.py medialift switch k3v7tq --platform heroku
  manage.py medialift switch k3v7tq --check
"""

OF_HOSTS = {"Render": "render", "Heroku": "heroku", "Fly.io": "fly"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_move(parser, optional=True)
    parser.add_argument(
        "--platform",
        metavar="NAME",
        choices=tuple(PLATFORMS),
        help=f"one of {', '.join(PLATFORMS)} (default: where this runs)",
    )
    parser.add_argument("--check", action="store_true", help="after the restart: does the site work at the target?")
    parser.add_argument(
        "--alias", metavar="ALIAS", default="default", help="the site's own storage (default: %(default)s)"
    )


def run(options: argparse.Namespace, out: Output) -> Exit:
    move = _chosen(options.move)
    if options.check:
        return _check(move, options.alias, out)
    states = move.tallies()
    if move.row.state != Move.State.FINISHED or trouble_in(states):
        out.say(f"The move {move.id} is not complete yet: see {on('status', move.id)} before you begin.")
    for pair in move.named_pairs():
        out.conclude(_guide(move, pair, options))
    return Exit.GOOD


def _chosen(wanted: str | None) -> OpenMove:
    if wanted:
        move = find_move(wanted)
        if move.is_back:
            raise RefusedError(f"{wanted} is a way back", hint="Name the move itself.")
        return move
    newest = next((move for move in all_moves() if not move.is_back), None)
    if newest is None:
        raise RefusedError("the ledger holds no move yet", hint=on("plan", "--to", "ALIAS"))
    return newest


# ── the sequence ─────────────────────────────────────────────────────────────────────────────


def _guide(move: OpenMove, pair: Pair, options: argparse.Namespace) -> SwitchGuide:
    platform = PLATFORMS[options.platform or platform_here(os.environ)]
    source = pair.source.alias or options.alias
    target = pair.target.alias or "ALIAS"
    taken = tuple(storages.backends)
    kept = alias_of(pair.source.identity, besides=source) or ""
    plan = Plan(
        move.id,
        source,
        target,
        _variables(target),
        settings_text.switch(source, target, pair.source.identity, taken, kept),
        freezes=bool(freeze_report().middleware or source in freeze_report().obeying),
        kept=kept or settings_text.kept_alias(source, pair.source.identity, taken),
    )
    return SwitchGuide(move.id, platform.label, platform.notes, rollout.sequence(platform, plan))


def platform_here(environment: Mapping[str, str]) -> str:
    """The id of the platform that this process runs on, by the signs that each of them documents."""
    host = hosts.host_of(environment)
    if host is not None:
        return OF_HOSTS.get(host.name, "generic")
    if Path("/.dockerenv").exists():
        return "docker"
    return "systemd" if Path("/run/systemd/system").is_dir() else "generic"


def _variables(target: str) -> tuple[Variable, ...]:
    """What the environment needs; nothing where only the settings know how the target is reached."""
    storage = storages[target] if target in storages.backends else None
    if not isinstance(storage, MediaStorage) or storage.options.spec.provider not in provider_ids():
        return ()
    options = storage.options
    spec = options.spec
    said = {
        "provider": spec.provider,
        "bucket": spec.container,
        "prefix": spec.prefix,
        "account_id": spec.account_id or "",
        "region": spec.region or "",
        "endpoint_url": spec.endpoint_url or "",
        "addressing_style": spec.addressing_style or "",
        "custom_domain": spec.custom_domain or "",
        "access": options.access if options.access != "private" else "",
    }
    return variables(load_provider(spec.provider), said)


# ── the check ────────────────────────────────────────────────────────────────────────────────


def _check(move: OpenMove, alias: str, out: Output) -> Exit:
    storage = storage_of(alias)
    place = identity_of(storage).place
    pair = next((pair for pair in move.pairs if pair.target.place == place), move.pairs[0])
    journals = [pair.journal]  # what a route sends elsewhere has a storage of its own
    outcomes = tuple(switched.check(alias, storage, move.id, pair.target, journals))
    diagnosis = Diagnosis(outcomes)
    passed = not diagnosis.count(State.FINDING) and not diagnosis.count(State.UNKNOWN)
    end = switched.where(storage, pair.source, pair.target)
    if end is pair.target:
        switches.record_check(move.row, passed=passed)
    elif end is pair.source:
        switches.record_return(move.row)
    out.show(Examination(alias, str(identity_of(storage)), outcomes))
    out.show(status_of(move))
    out.conclude(diagnosis)
    return Exit.GOOD if passed else Exit.FINDINGS


VERB = Verb("switch", "Show how to switch the site, and check afterwards", TEACHES, add_arguments, run)
