"""``restore``: earlier versions and deleted files, from a bucket that keeps them."""

from __future__ import annotations

import argparse
import threading
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, time
from itertools import groupby

from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from medialift.cli.arguments import add_consent, add_source
from medialift.cli.command_line import on
from medialift.cli.ends import open_alias
from medialift.cli.interrupt import stops_cleanly
from medialift.cli.output import Output
from medialift.cli.verb import Exit, Verb
from medialift.doctor.visit import FOLDER as DOCTORS
from medialift.errors import AccessDeniedError, InvalidKeyError, RefusedError, UnsupportedError
from medialift.keys import clean_name, key_for, name_for
from medialift.move.restore import Choice, Verdict, choices
from medialift.report.site_values import RestorationReport, RestoreEnd, VersionReport
from medialift.smoke import PREFIX as SMOKE
from medialift.stores.base import ObjectStore, capability
from medialift.stores.probe.values import FOLDER as PROBES
from medialift.stores.versions import KeepsVersions, Version

TEACHES = """\
Brings back what a file was before its latest change, also if that was its deletion;
with --at what it was at that time. A NAME that ends in / is a whole folder: without
--at its deleted files come back, with --at all of it becomes what it was, and newer
files stay. Run it again without --at, and a single file is as it was before.

The bucket has to keep versions (`policy bucket --apply` sets that up). A version is
copied to the top of the others inside the service: none is ever destroyed, and
nothing goes through this machine. --list only shows what is there.

examples:
  manage.py medialift restore photos/cat.jpg --list
  manage.py medialift restore photos/cat.jpg
  manage.py medialift restore photos/ --at 2026-11-20T14:00 --dry-run
  manage.py medialift restore --from cloud --list
"""

ELSEWHERE = "Only buckets of the S3 family can; elsewhere a backup is what brings files back."

Store = tuple[ObjectStore, KeepsVersions]


def moment(text: str) -> datetime:
    """ISO 8601; without an offset in the site's time zone, a bare date is its midnight."""
    try:
        found, day = parse_datetime(text), parse_date(text)
    except ValueError:
        found = day = None
    if found is None and day is not None:
        found = datetime.combine(day, time())
    if found is None:
        raise argparse.ArgumentTypeError(f"{text!r} is no time: write it as 2026-11-20T14:00 or 2026-11-20")
    return found if timezone.is_aware(found) else timezone.make_aware(found)


TRIALS = (f"{DOCTORS}/", f"{PROBES}/", SMOKE)
"""What the keys of trial objects begin with: nobody misses them."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "name", metavar="NAME", nargs="?", default="", help="a file's name, or a folder's with a / behind"
    )
    add_source(parser)
    parser.add_argument(
        "--at", type=moment, metavar="TIME", help="what was current then, for instance 2026-11-20T14:00"
    )
    parser.add_argument("--list", action="store_true", help="list versions; without a NAME, of deleted files only")
    parser.add_argument("--dry-run", action="store_true", help="only show what would be brought back")
    add_consent(parser)


def run(options: argparse.Namespace, out: Output) -> Exit:
    _refuse_nonsense(options)
    store = _opened(options.source)
    if options.list:
        return _list(store, options.name, out)
    verdicts: Counter[Verdict] = Counter()
    for choice in _choices(store, options):
        verdicts[choice.verdict] += 1
        if choice.then is not None:
            out.show(RestorationReport(_name(store[0], choice.key), choice.now, choice.then))
    _refuse_nothing(options, verdicts)
    wanted = verdicts[Verdict.RESTORE]
    if options.dry_run or not wanted:
        out.conclude(RestoreEnd(0, wanted))
        return Exit.GOOD
    _refuse_unversioned(store[1], options)
    if not out.confirm(["What is there now is kept as a version."], "Bring back?"):
        raise RefusedError("nothing was changed")
    with stops_cleanly() as stop:
        done = _bring_back(store, options, stop)
    out.conclude(RestoreEnd(done, wanted - done))
    return Exit.INTERRUPTED if stop.is_set() else Exit.GOOD


def _list(store: Store, name: str, out: Output) -> Exit:
    """Raises :class:`~medialift.errors.RefusedError` for the name of a file that there never was."""
    is_empty = True
    for version in _shown(store, name):
        is_empty = False
        out.show(VersionReport(_name(store[0], version.key), version))
    if is_empty and name and not name.endswith("/"):
        raise _no_version(name)
    if is_empty:
        out.say("Nothing is deleted." if not name else f"Nothing was ever kept below {name}.")
    return Exit.GOOD


def _no_version(name: str) -> RefusedError:
    return RefusedError(
        f"the bucket has no version of {name!r}", hint="Names are exact, and begin below the storage's prefix."
    )


def _bring_back(store: Store, options: argparse.Namespace, stop: threading.Event) -> int:
    """How many were brought back. The bucket is asked again, so that memory holds one key's versions at a time."""
    done = 0
    for choice in _choices(store, options):
        if stop.is_set():
            break
        if choice.then is not None:
            store[1].bring_back(choice.then)
            done += 1
    return done


def _refuse_nonsense(options: argparse.Namespace) -> None:
    if not options.name and not options.list:
        raise RefusedError("no NAME is given", hint=on("restore", "--list") + " lists deleted files.")
    if options.at and options.at > timezone.now():
        raise RefusedError(f"{options.at.isoformat(' ', 'minutes')} lies in the future")


def _opened(alias: str) -> Store:
    store = open_alias(alias)
    keeper = capability(store, KeepsVersions)
    if keeper is None:
        raise RefusedError(f"{store.identity} keeps no versions", hint=ELSEWHERE)
    return store, keeper


def _refuse_unversioned(keeper: KeepsVersions, options: argparse.Namespace) -> None:
    """Where a write keeps nothing, bringing a version back would destroy what is current."""
    try:
        kept = keeper.keeps_versions()
    except UnsupportedError as error:
        raise RefusedError(f"{error.store} keeps no versions", hint=ELSEWHERE) from error
    except AccessDeniedError as error:
        error.hint = "Whether versions are kept is told by s3:GetBucketVersioning: attach `policy restore` as well."
        raise
    if not kept:
        hint = on("policy", "bucket", options.source, "--apply") + " turns it on, for what is written from then on."
        raise RefusedError("versioning is off in this bucket: what is there now would be lost", hint=hint)


def _refuse_nothing(options: argparse.Namespace, verdicts: Counter[Verdict]) -> None:
    """Whoever names one file wants to know why it does not come back."""
    if options.name.endswith("/") or verdicts[Verdict.RESTORE]:
        return
    why = next((reason for verdict, reason in _REASONS.items() if verdicts[verdict]), None)
    if why:
        hint = on("restore", options.name, "--from", options.source, "--list") + " shows what is there."
        raise RefusedError(f"{options.name}: {why}", hint=hint)
    if not verdicts:
        raise _no_version(options.name)


_REASONS = {
    Verdict.ABSENT: "there was no such file at that time, or its version has expired",
    Verdict.DELETED: "it was deleted at that time",
    Verdict.ONLY: "there is no other version than the current one",
}


def _choices(store: Store, options: argparse.Namespace) -> Iterator[Choice]:
    is_folder = options.name.endswith("/")
    return choices(_versions(store, options.name), options.at, only_deleted=is_folder and options.at is None)


def _versions(store: Store, name: str) -> Iterator[Version]:
    rules = store[0].traits.key_rules
    key = key_for(clean_name(name), rules) if name else ""
    try:
        if name.endswith("/") or not name:
            yield from store[1].versions(key)
        else:
            yield from store[1].versions(key=key)
    except UnsupportedError as error:
        raise RefusedError(f"{store[0].identity} keeps no versions") from error
    except AccessDeniedError as error:
        error.hint = (
            "Listing versions needs s3:ListBucketVersions, and bringing one back s3:GetObjectVersion: "
            "attach `policy restore`."
        )
        raise


def _shown(store: Store, name: str) -> Iterator[Version]:
    """All versions of what is named; without a name those of files that are deleted now, our own trials left out."""
    for key, group in groupby(_versions(store, name), key=lambda version: version.key):
        history = list(group)
        if name or (history[0].deleted and not key.startswith(TRIALS)):
            yield from history


def _name(store: ObjectStore, key: str) -> str:
    try:
        return name_for(key, store.traits.key_rules)
    except InvalidKeyError:
        return key


VERB = Verb("restore", "Bring back an earlier version of a file, or a deleted one", TEACHES, add_arguments, run)
