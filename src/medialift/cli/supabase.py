"""``migrate_to_supabase``: the same move, with a target that four variables name."""

from __future__ import annotations

import argparse
import os
import shlex
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from django.core.files.storage import storages

from medialift.bridge import store_for
from medialift.bridge.access import access_of
from medialift.cli import migrate, plan
from medialift.cli.arguments import add_consent, add_models, add_privacy, add_source, add_speed
from medialift.cli.ends import Ends, open_alias
from medialift.cli.output import Output
from medialift.cli.rewriting import add_rewrite
from medialift.cli.routing import Works, works_between
from medialift.cli.verb import Exit, Verb
from medialift.conf.customary import names_of
from medialift.doctor.checks.closed_bucket import RULE as CLOSED_BUCKET
from medialift.errors import ConfigError, MedialiftError, RefusedError
from medialift.move.results import references
from medialift.move.run import check_pair
from medialift.report.settings import free_alias
from medialift.report.values import Pair, Place
from medialift.storage import MediaStorage
from medialift.stores.base import TellsPublic, capability

PROVIDER = "supabase"
BACKUP = "media_backup"
BACKEND = "medialift.storage.MediaStorage"
WHERE = "Project Settings → API Keys in the dashboard"

TEACHES = """\
Moves every file that a model names, and all others in the storage, into the bucket
that these variables name, and proves each:

  SUPABASE_URL             https://PROJECT.supabase.co
  SUPABASE_SERVICE_KEY     the secret (service_role) key: it writes; keep it on the server
  SUPABASE_API_KEY         the publishable (anon) key: not needed for the move
  SUPABASE_STORAGE_BUCKET  the bucket, letter by letter

Folders stay as they are, and so do the names in your database: where Supabase does
not take a character, the key is escaped, and medialift undoes that whenever it
reads. In the end it says how many rows had to change and why, and what to put into
the settings. It is `medialift migrate` with another face: the same ledger, so that
`medialift status`, `verify`, `certificate` and `back` go on from here.

It never touches the source and never deletes.

examples:
  manage.py migrate_to_supabase --dry-run
  manage.py migrate_to_supabase --backup
  manage.py migrate_to_supabase --model Species --model gallery.Photo
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_source(parser)
    add_models(parser)
    parser.add_argument("--dry-run", action="store_true", help="only show what would be done")
    parser.add_argument("--backup", action="store_true", help=f"first make a verified copy in {BACKUP}/")
    add_privacy(parser)
    add_rewrite(parser)
    add_speed(parser)
    add_consent(parser)
    parser.set_defaults(unreferenced=True, target="")


def run(options: argparse.Namespace, out: Output) -> Exit:
    storage = target_storage()
    with closing(storage.store):
        return _moved(storage, options, out)


def _moved(storage: MediaStorage, options: argparse.Namespace, out: Output) -> Exit:
    works = works_between(_ends(options.source, storage), storage, options)
    commands = migrate.Commands(_command(options, options.models), _command(options, ()))
    if options.dry_run:
        return plan.show(works, out, then=commands.repeat)
    backup = str(Path(BACKUP).absolute()) if options.backup else None
    for work in works.each:
        check_pair(work.ends.source, work.ends.target)
    done = migrate.move(works, backup, out, commands=commands, switch=settings_for(options.source, storage))
    if done.move is None:
        return done.exit
    if not works.rules:
        out.show(references(pair.journal for pair in done.move.pairs))
    if done.exit is Exit.GOOD:
        _tell_of_closed(works, out)
    return done.exit


def target_storage() -> MediaStorage:
    """The storage that the variables name. Raises ``ConfigError`` that says which one is missing or wrong."""
    names = names_of(PROVIDER)
    said = {option: next((os.environ[name] for name in names[option] if os.environ.get(name)), "") for option in names}
    missing = [names[option][0] for option in ("endpoint_url", "bucket") if not said[option]]
    if missing:
        hint = "Set SUPABASE_URL, SUPABASE_SERVICE_KEY and SUPABASE_STORAGE_BUCKET in the environment of this command."
        raise ConfigError(f"{' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} not set", hint=hint)
    if not said["service_key"]:
        anon = ", and the anon key in SUPABASE_API_KEY may not write what policies do not allow to everybody"
        reason = f"SUPABASE_SERVICE_KEY is not set{anon if said['api_key'] else ''}"
        raise ConfigError(reason, hint=f"Copy the secret (service_role) key from {WHERE} into SUPABASE_SERVICE_KEY.")
    return MediaStorage(provider=PROVIDER)


def settings_for(source: str, storage: MediaStorage) -> str:
    """Lines that make the alias *source* name the bucket, and keep its present entry; they hold no key."""
    kept = free_alias("local" if source == "default" else f"{source}-before", tuple(storages.backends))
    access = ', "access": "public"' if _is_open(storage) else ""
    entry = f'{{"BACKEND": "{BACKEND}", "OPTIONS": {{"provider": "{PROVIDER}"{access}}}}}'
    return (
        f'STORAGES["{kept}"] = STORAGES["{source}"]  # `medialift back` finds the source here\n'
        f'STORAGES["{source}"] = {entry}  # the rest comes from the SUPABASE_ variables'
    )


def _ends(source: str, storage: MediaStorage) -> Ends:
    here, there = open_alias(source), store_for(storage)
    if here.identity.place == there.identity.place:
        raise RefusedError(
            f"STORAGES[{source!r}] is the Supabase bucket already: {there.identity}",
            hint="Name the alias under which the files are still reached: --from local",
        )
    return Ends(here, there, Pair(Place(source, here.identity), Place("", there.identity)))


def _command(options: argparse.Namespace, models: Sequence[str]) -> str:
    words = ["python manage.py migrate_to_supabase"]
    if options.source != "default":
        words += ["--from", shlex.quote(options.source)]
    for flag, values in (
        ("--model", models),
        ("--allow-public", options.allow_public),
        ("--rewrite", options.rewrite),
    ):
        words += [word for value in values for word in (flag, shlex.quote(value))]
    return " ".join(words)


def _is_open(storage: MediaStorage) -> bool:
    tells = capability(store_for(storage), TellsPublic)
    return tells is not None and tells.is_public()


def _tell_of_closed(works: Works, out: Output) -> None:
    """Of each entry of the settings that would read the private bucket as if it were public."""
    target = works.each[0].ends.target
    tells = capability(target, TellsPublic)
    if tells is None or tells.is_public():
        return
    for alias in storages.backends:
        try:
            storage = storages[alias]
            reads = store_for(storage).identity.place == target.identity.place and access_of(storage) == "public"
        except (MedialiftError, ImportError):
            continue  # an entry that cannot be used reads nothing; `manage.py check` says why
        if reads:
            found = CLOSED_BUCKET.found(alias=alias, place=target.identity)
            out.say(f"\n{found.id}  {found.message}\n→ {found.hint}")


VERB = Verb("migrate_to_supabase", "Move a site's media to Supabase Storage", TEACHES, add_arguments, run)
