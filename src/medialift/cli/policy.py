"""``policy``: the least that each role needs, and a bucket set up for media."""

from __future__ import annotations

import argparse
import dataclasses
import json
from pathlib import Path

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from medialift.cli.applying import ROWS_QUESTIONS, apply_settings, ask_twice, attach_policy
from medialift.cli.arguments import positive
from medialift.cli.generating import holding_of, opened, rows_of, scope_of, wishes_of
from medialift.cli.making_keys import make_key
from medialift.cli.output import Output
from medialift.cli.verb import Exit, Verb
from medialift.errors import RefusedError
from medialift.generate import bucket, cloudformation, iam_policy, rls, steps, terraform
from medialift.generate.bucket import IN_THE_CLEAR, is_over_tls
from medialift.generate.rls import Access
from medialift.generate.rls_check import LIVE_POLICIES, PUBLIC_BUCKETS, LivePolicy, findings
from medialift.providers import Means, Provider
from medialift.report.policy_values import Generated, RowFindings
from medialift.stores import open_store, speaks_s3
from medialift.stores.base import ObjectStore
from medialift.stores.policies import Holder
from medialift.stores.spec import StoreSpec

TEACHES = """\
Writes the least privilege that a role needs at the bucket of ALIAS, from the
site's own settings (bucket, prefix, region, what uploads carry), as text to paste:

  app, doctor, mover,          what a role may do: an IAM policy, or the steps to a
  upload, restore              narrow token or key where there are no policies
  bucket                       the bucket's settings: access block, ownership,
                               encryption, versions, lifecycle, CORS, TLS only
  cloudformation, terraform    both of these, for infrastructure kept in code
  rls                          row-level security for Supabase Storage, as SQL

It only prints, or writes FILE. With --apply it is also made so through the
provider's API: the settings of the bucket (the rules of others are kept), the
policy of a role given to --user or --role, a key for the role at R2 and B2 (both
halves go into --keys FILE alone), the SQL run in --database. It shows what would
change first, and asks twice. With --check, `policy rls` reads the live policies and
says what they really allow.

examples:
  manage.py medialift policy app cloud
  manage.py medialift policy bucket cloud --origin https://www.example.org --apply
  manage.py medialift policy app cloud --apply --user myapp --profile admin
  manage.py medialift policy app cloud --apply --keys ~/media-keys.env
  manage.py medialift policy terraform cloud --output media.tf.json
  manage.py medialift policy rls cloud --access private-per-user
  manage.py medialift policy rls cloud --check
"""

WITHOUT_KEYS = (Means.PRESETS, Means.ROWS)
"""Where a role is no key: whoever holds one may do everything."""

KINDS = (*iam_policy.ROLES, "bucket", "cloudformation", "terraform", "rls")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("kind", metavar="KIND", choices=KINDS, help=f"one of {', '.join(KINDS)}")
    parser.add_argument(
        "alias", metavar="ALIAS", nargs="?", default="default", help="alias in STORAGES (default: %(default)s)"
    )
    parser.add_argument("--output", type=Path, metavar="FILE", help="write into this file, which must not exist yet")
    parser.add_argument("--kms-key", metavar="ARN", default="", help="the key that encrypts the objects")
    parser.add_argument(
        "--origin",
        dest="origins",
        metavar="ORIGIN",
        action="append",
        default=[],
        help="an origin whose pages fetch or upload by script; may be given several times",
    )
    parser.add_argument("--public-prefix", metavar="FOLDER", help="a folder of the bucket that everybody may read")
    parser.add_argument(
        "--keep-versions",
        type=positive,
        metavar="DAYS",
        default=30,
        help="how long replaced and deleted files can be brought back (default: %(default)s)",
    )
    parser.add_argument(
        "--access",
        metavar="KIND",
        choices=[access.value for access in Access],
        default=Access.OWNER_ONLY.value,
        help=f"for rls: {', '.join(access.value for access in Access)} (default: %(default)s)",
    )
    parser.add_argument("--check", action="store_true", help="for rls: say what the live policies allow")
    parser.add_argument(
        "--database",
        metavar="NAME",
        default="default",
        help="for rls: alias in DATABASES (default: %(default)s)",
    )
    parser.add_argument(
        "--apply",
        action="store_true",
        help="make it so through the provider's API, after asking twice",
    )
    parser.add_argument("--yes", action="count", default=0, help="for --apply: given twice, never ask")
    parser.add_argument("--user", metavar="NAME", help="for --apply of a role: the user who gets the policy")
    parser.add_argument("--role", metavar="NAME", help="for --apply of a role: the role that gets it instead")
    parser.add_argument(
        "--profile", metavar="NAME", help="for --apply: the profile of an administrator (default: the site's own keys)"
    )
    parser.add_argument(
        "--keys", metavar="FILE", help="for --apply of a role at R2 or B2: a new file, for the key that is made"
    )


def run(options: argparse.Namespace, out: Output) -> Exit:
    _refuse_nonsense(options)
    if options.check:
        return _check(options, out)
    store, provider, spec = opened(options.alias)
    if options.apply:
        return _apply(store, provider, spec, options, out)
    text, paste = _generated(options, provider, spec)
    if options.output:
        _write(options.output, text)
    out.conclude(Generated(options.kind, options.alias, text, str(options.output or "")))
    out.say(paste)
    return Exit.GOOD


def _refuse_nonsense(options: argparse.Namespace) -> None:
    is_role = options.kind in iam_policy.ROLES
    if options.apply and options.kind in ("cloudformation", "terraform"):
        hint = "Leave --apply out, and deploy what is printed as the last line says."
        raise RefusedError(f"`policy {options.kind}` is for a tool that applies it itself", hint=hint)
    for name in ("user", "role", "keys", "profile"):
        if getattr(options, name) and not (
            options.apply and (is_role or (name == "profile" and options.kind == "bucket"))
        ):
            raise RefusedError(f"--{name} says how to apply a policy", hint="Use it with --apply.")
    if options.check and options.kind != "rls":
        raise RefusedError("--check reads row-level security", hint="Use it with `policy rls`.")


def _apply(store: ObjectStore, provider: Provider, spec: StoreSpec, options: argparse.Namespace, out: Output) -> Exit:
    if options.kind == "rls":
        return _apply_rows(_sql(options, provider, spec), options, out)
    if options.kind in iam_policy.ROLES and _makes_keys(provider):
        _refuse_holder(options, provider)
        return make_key(provider, holding_of(spec, provider), options, out)
    if options.kind in iam_policy.ROLES and provider.permissions and provider.permissions.means in WITHOUT_KEYS:
        hint = (
            f"Leave --apply out: `policy {options.kind}` prints the steps and the calls, or says what there is instead."
        )
        raise RefusedError(f"medialift makes no key for a role at {provider.label}", hint=hint)
    if options.profile:
        store = open_store(dataclasses.replace(spec, credentials=None, profile=options.profile))
    scope = scope_of(options, provider, spec)
    if options.kind == "bucket":
        if not is_over_tls(spec.endpoint_url):
            out.say(IN_THE_CLEAR)
        return apply_settings(store, wishes_of(options, scope, provider, spec), options, out)
    _refuse_no_holder(options)
    holder = Holder("user", options.user) if options.user else Holder("role", options.role)
    policy = iam_policy.ROLES[options.kind](scope)
    return attach_policy(store, holder, f"medialift-{options.kind}-{scope.bucket}", policy, options, out)


def _makes_keys(provider: Provider) -> bool:
    return provider.permissions is not None and provider.permissions.admin is not None


def _refuse_no_holder(options: argparse.Namespace) -> None:
    if bool(options.user) == bool(options.role):
        hint = "Name one of them with --user NAME or --role NAME; it has to be there already."
        raise RefusedError("a policy is given to a user or to a role", hint=hint)
    if options.keys:
        raise RefusedError("no key is made here: users and roles have theirs", hint="Leave --keys out.")


def _refuse_holder(options: argparse.Namespace, provider: Provider) -> None:
    for name in ("user", "role", "profile"):
        if getattr(options, name):
            hint = f"Leave --{name} out; the key is made with the administrator's credentials in the environment."
            raise RefusedError(f"{provider.label} has no users and roles with policies", hint=hint)


def _apply_rows(sql: str, options: argparse.Namespace, out: Output) -> Exit:
    """Show the SQL, ask twice, run it in one transaction, and say what the live policies then allow."""
    connection = _project(options.database)
    out.show(Generated(options.kind, options.alias, sql, ""))
    ask_twice(options, out, ROWS_QUESTIONS)
    with connection.cursor() as cursor:
        cursor.execute(sql)
    return _check(options, out)


def _project(alias: str) -> BaseDatabaseWrapper:
    connection = connections[alias]
    if connection.vendor != "postgresql":
        hint = "Name the project's own database with --database."
        raise RefusedError(f"DATABASES[{alias!r}] is no PostgreSQL", hint=hint)
    return connection


def _generated(options: argparse.Namespace, provider: Provider, spec: StoreSpec) -> tuple[str, str]:
    """The text, and where to paste it."""
    kind, means = options.kind, provider.permissions.means if provider.permissions else None
    if kind == "rls":
        return _sql(options, provider, spec), "Run it in the project's SQL editor; running it again changes nothing."
    if kind in iam_policy.ROLES and means is not Means.IAM:
        guide = steps.guide(provider, kind, holding_of(spec, provider))
        made = "--apply --keys FILE does this for you. " if _makes_keys(provider) else ""
        return steps.text(guide), f"{made}Then put both keys where the site reads them. Source: {_source(provider)}"
    if not speaks_s3(provider.id):
        hint = "Make them in its console; who may do what there is told by `policy rls` (Supabase) or `policy app`."
        raise RefusedError(f"buckets at {provider.label} have no such settings", hint=hint)
    scope = scope_of(options, provider, spec)
    if kind in iam_policy.ROLES:
        return _pretty(iam_policy.ROLES[kind](scope)), f"Attach it to the user or role that is the {kind}."
    if means is not Means.IAM and kind in ("cloudformation", "terraform"):
        raise RefusedError(f"{provider.label} has no such policies", hint="Use `policy app` for the steps there.")
    wishes = wishes_of(options, scope, provider, spec)
    if kind == "cloudformation":
        return _pretty(cloudformation.template(wishes)), "Deploy it with --capabilities CAPABILITY_IAM."
    if kind == "terraform":
        return _pretty(terraform.configuration(wishes)), "Save it as media.tf.json beside the rest, and plan."
    found = {setting.value: value for setting, value in bucket.settings(wishes).items()}
    return _pretty(found), "Each value is for the Put… request of its setting; --apply makes them all."


def _sql(options: argparse.Namespace, provider: Provider, spec: StoreSpec) -> str:
    if provider.permissions is None or provider.permissions.means is not Means.ROWS:
        hint = "Name an alias of a Supabase project."
        raise RefusedError(f"{provider.label} has no row-level security", hint=hint)
    return rls.sql(rows_of(spec), Access(options.access))


def _check(options: argparse.Namespace, out: Output) -> Exit:
    with _project(options.database).cursor() as cursor:
        cursor.execute(LIVE_POLICIES)
        live = [LivePolicy(name, kind, tuple(roles), *rest) for name, kind, roles, *rest in cursor.fetchall()]
        cursor.execute(PUBLIC_BUCKETS)
        public = {row[0] for row in cursor.fetchall()}
    found = RowFindings(len(live), tuple(findings(live, public)))
    out.conclude(found)
    return Exit.FINDINGS if found.findings else Exit.GOOD


def _write(path: Path, text: str) -> None:
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise RefusedError(f"{path} exists already", hint="Name another file, or remove this one first.") from None
    except OSError as error:
        raise RefusedError(f"{path} cannot be written: {error.strerror}") from error


def _pretty(value: object) -> str:
    return json.dumps(value, indent=2) + "\n"


def _source(provider: Provider) -> str:
    return provider.permissions.source if provider.permissions else ""


VERB = Verb(
    "policy", "Write the least privilege that the site, its doctor and a move need", TEACHES, add_arguments, run
)
