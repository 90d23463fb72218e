"""``init``: from a site on a disk to one that is ready for its move."""

from __future__ import annotations

import argparse
import os
import re
from dataclasses import replace

from medialift import config
from medialift.cli.arguments import add_consent
from medialift.cli.buckets import create_buckets
from medialift.cli.command_line import on
from medialift.cli.output import Output
from medialift.cli.project import Project
from medialift.cli.switch import platform_here
from medialift.cli.verb import Exit, Verb
from medialift.errors import ConfigError, RefusedError
from medialift.generate.dsn import dsn
from medialift.generate.regions import nearest
from medialift.generate.rollout import PLATFORMS
from medialift.generate.setup.plan import proposals
from medialift.generate.setup.values import Choices, Edit, Environment
from medialift.providers import Means, Provider, load_provider, provider_ids
from medialift.report.site_values import Detected, FileChange, FileState, SetupEnd

TEACHES = """\
Asks where the media are to lie (or takes it from flags), looks at the project, and
proposes each file that has to change as a diff: the requirement, a block at the end
of the settings, .env.example with every variable and where to find it, .gitignore,
the policies, and docs/media.md for the team. Each is written only after a yes
(--yes is one for all of them), nothing else of a file is touched, and a second run
finds nothing left to do. No secret is ever asked for or written.

--create-bucket makes one bucket for each environment, private, versioned and
encrypted, with the credentials of the environment this runs in, and has the doctor
look at it at once. A bucket that is there already is only looked at.

Where INSTALLED_APPS does not name medialift yet: python -m medialift init

examples:
  manage.py medialift init
  manage.py medialift init --provider s3 --region eu-west-1 --bucket pics --dry-run
  manage.py medialift init --provider r2 --environments prod,staging --yes
  manage.py medialift init --provider minio --bucket pics --create-bucket --no-input
"""

NAME = re.compile(r"[a-z0-9][a-z0-9-]*")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--provider", metavar="NAME", choices=provider_ids(), help=f"one of {', '.join(provider_ids())}"
    )
    parser.add_argument(
        "--bucket", metavar="NAME", help="with several environments it holds {env} (default: PROJECT-{env}-media)"
    )
    parser.add_argument("--region", metavar="NAME", help="the bucket's region (default: the nearest to this machine)")
    parser.add_argument("--endpoint-url", metavar="URL", help="the service's address, where it has no fixed one")
    parser.add_argument("--account-id", metavar="ID", help="the account (R2) or the project (Supabase)")
    parser.add_argument(
        "--prefix",
        metavar="FOLDER",
        help="the folder in the bucket (default: media; none where keys know none)",
    )
    parser.add_argument(
        "--access", metavar="KIND", choices=("private", "public"), help="private (the default) or public"
    )
    parser.add_argument(
        "--environments", metavar="NAMES", help="with commas between them, for instance prod,staging (default: prod)"
    )
    parser.add_argument("--static", action="store_true", help="also a place of their own for static files")
    parser.add_argument("--platform", metavar="NAME", choices=tuple(PLATFORMS), help=f"one of {', '.join(PLATFORMS)}")
    parser.add_argument("--settings-file", metavar="FILE", default="", help="the settings module to add to")
    parser.add_argument("--create-bucket", action="store_true", help="make the buckets, and check them at once")
    parser.add_argument("--dry-run", action="store_true", help="only show what would be written and made")
    add_consent(parser)


def run(options: argparse.Namespace, out: Output) -> Exit:
    project = Project(options.settings_file)
    platform = PLATFORMS[options.platform or platform_here(os.environ)]
    out.show(Detected(project.facts(platform)))
    choices = _choices(options, project, out)
    extra = {"supabase": "supabase", "cloudinary": "cloudinary"}.get(choices.provider.id, "s3")
    found = proposals(choices, project.site(platform, extra))
    written = _write(found.edits, project, options, out)
    code = create_buckets(choices, options.dry_run, out) if options.create_bucket else Exit.GOOD
    out.conclude(SetupEnd(written, len(found.edits) - written, found.manual, _next(extra, choices)))
    if not options.dry_run and written < len(found.edits) and not out.can_ask:
        return Exit.REFUSED
    return code


def _write(edits: tuple[Edit, ...], project: Project, options: argparse.Namespace, out: Output) -> int:
    """How many files were written: each after a yes, and none if nobody was asked."""
    written = 0
    for edit in edits:
        out.show(FileChange(edit.path, FileState.PLANNED, edit.diff))
        if options.dry_run or not (options.yes or out.can_ask):
            continue
        agreed = options.yes or out.confirm([f"{edit.path} as shown above."], "Write it?")
        if agreed:
            project.write(edit)
            written += 1
        out.show(FileChange(edit.path, FileState.WRITTEN if agreed else FileState.DECLINED, ""))
    if edits and not options.dry_run and not (options.yes or out.can_ask):
        out.say("Nothing was written, because nobody was asked: run it on a terminal, or with --yes.")
    return written


def _next(extra: str, choices: Choices) -> tuple[str, ...]:
    url = dsn(choices.options(choices.environments[0]))
    return (
        f"pip install 'django-medialift[{extra}]' && python manage.py migrate medialift",
        f"export CLOUD_STORAGE_URL='{url}'  # and the keys",
        on("doctor", "cloud"),
        on("plan", "--to", "cloud"),
    )


# ── what is asked for ────────────────────────────────────────────────────────────────────────


def _choices(options: argparse.Namespace, project: Project, out: Output) -> Choices:
    """Flags, else answers, else defaults. Raises ``RefusedError`` for what has no default and nobody gave."""
    provider = _provider(options, out)
    names = [name for name in re.split(r"[,\s]+", _given(options.environments, "Environments", "prod", out)) if name]
    wrong = next((name for name in names if not NAME.fullmatch(name)), "" if names else "no name at all")
    if wrong:
        raise RefusedError(f"{wrong!r} is no environment's name", hint="Lower-case letters, digits and dashes.")
    bucket = _bucket(options, project, names, out)
    choices = Choices(
        provider,
        tuple(Environment(name, bucket.replace("{env}", name)) for name in names),
        prefix=_given(options.prefix, "Folder in the bucket", _folder(provider, options.static), out).strip("/"),
        region=_region(options, provider, out),
        endpoint_url=options.endpoint_url or "",
        account_id=options.account_id or "",
        access=_given(options.access, "private or public", "private", out),
        static=options.static,
    )
    return _reachable(choices, out)


def _provider(options: argparse.Namespace, out: Output) -> Provider:
    named = options.provider or out.ask(f"Provider ({', '.join(provider_ids())}):", "")
    if named not in provider_ids():
        raise RefusedError(
            f"{named!r} is no provider that medialift knows" if named else "no provider is named",
            hint=f"--provider takes one of {', '.join(provider_ids())}; s3-compatible is any other.",
        )
    return load_provider(named)


def _bucket(options: argparse.Namespace, project: Project, names: list[str], out: Output) -> str:
    app = re.sub(r"[^a-z0-9]+", "-", project.root.name.lower()).strip("-") or "site"
    return _given(options.bucket, "Bucket", f"{app}-{{env}}-media", out)


def _folder(provider: Provider, static: bool) -> str:
    """None where keys know no folders and the bucket is for media alone: there it would protect nothing."""
    means = provider.permissions.means if provider.permissions else None
    return "" if means in (Means.TOKENS, Means.ROWS) and not static else "media"


def _region(options: argparse.Namespace, provider: Provider, out: Output) -> str:
    """Where the provider has regions and none is its own; a region is never guessed without a sign."""
    endpoint = provider.endpoint
    needed = any("{region}" in template for template in endpoint.templates) and not endpoint.default_region
    if options.region or not needed or options.endpoint_url:
        return options.region or ""
    region = _given(None, "Region", nearest(provider, os.environ), out)
    if not region:
        raise RefusedError(f"{provider.label} needs the bucket's region", hint=_hint_of_region(provider))
    return region


def _hint_of_region(provider: Provider) -> str:
    regions = provider.regions
    if regions is None:
        return "Name it: --region eu-central-1"
    known = ", ".join(f"{region} ({city})" for region, city in regions.cities.items())
    own = "It is that of your account, and stands in the address that is shown with each bucket. "
    return f"{own if regions.of_account else ''}Name it with --region: {known}."


def _given(flag: str | None, question: str, default: str, out: Output) -> str:
    return flag if flag is not None else out.ask(f"{question}:", default)


def _reachable(choices: Choices, out: Output) -> Choices:
    """*choices* that really name a place: what a provider needs on top is asked for."""
    if _needs_account(choices):
        choices = replace(choices, account_id=out.ask("Account:", ""))
    if _needs_address(choices):
        choices = replace(choices, endpoint_url=out.ask("Address of the service:", ""))
    if _needs_account(choices):
        raise RefusedError(f"{choices.provider.label} needs the account", hint="Name it: --account-id ID")
    if _needs_address(choices):
        raise RefusedError(f"{choices.provider.label} needs its address", hint="Name it: --endpoint-url https://…")
    for environment in choices.environments:
        try:
            config(dsn(choices.options(environment)))
        except ConfigError as error:
            raise RefusedError(error.reason, hint=error.hint) from error
    return choices


def _needs_account(choices: Choices) -> bool:
    template = next(iter(choices.provider.endpoint.templates), "")
    return "{account_id}" in template and not (choices.account_id or choices.endpoint_url)


def _needs_address(choices: Choices) -> bool:
    return not (choices.provider.endpoint.templates or choices.endpoint_url or _is_known(choices.provider))


def _is_known(provider: Provider) -> bool:
    return provider.endpoint.sdk_default or provider.id == "cloudinary"


VERB = Verb(
    "init",
    "Prepare a site for its bucket: settings, variables, policies, a page",
    TEACHES,
    add_arguments,
    run,
    checked=False,  # Django 6.1 asks the database then, which makes SQLite's file: nothing may be written yet
)
