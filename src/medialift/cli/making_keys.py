"""Making a key for a role: what it will be, two questions, the request, and a file for its secret."""

from __future__ import annotations

import argparse
import os
from contextlib import suppress
from pathlib import Path

from medialift.cli.applying import ask_twice
from medialift.cli.output import Output
from medialift.cli.verb import Exit
from medialift.doctor.checkout import is_for_git
from medialift.errors import RefusedError
from medialift.generate import narrow_key
from medialift.generate.changes import Change, Subject
from medialift.generate.narrow_key import Holding
from medialift.providers import Provider
from medialift.report.policy_values import SettingReport, SettingState
from medialift.stores.narrow_keys import Keys, open_key_service

QUESTIONS = ("Make this key?", "Whoever holds it can do all of that, from now on. Really make it?")
KEPT = (
    "The key of that name which is there already stays as it is: delete it in the provider's console once the site has "
    "the new one."
)
WHO_HOLDS_IT = "There is such a key already. Its secret was shown once: if it is lost, delete the key and make it anew."


def make_key(provider: Provider, holding: Holding, options: argparse.Namespace, out: Output) -> Exit:
    """Raises :class:`~medialift.errors.RefusedError` for a file that may not hold a secret, or without two consents."""
    path = _file_for_keys(options)
    if not holding.account and provider.permissions and "{account_id}" in provider.permissions.resource:
        raise RefusedError(f"{provider.label} needs the account", hint="Set account_id in the storage's OPTIONS.")
    service = open_key_service(provider, holding.account, os.environ)
    wish = narrow_key.wish(provider, options.kind, holding)
    live, wanted = service.live(wish), service.wanted(wish)
    if live == wanted:
        out.say(f"Nothing to change. {WHO_HOLDS_IT}")
        return Exit.GOOD
    change = Change(Subject(f"key {wish.name}"), live, wanted)
    out.show(SettingReport(change, SettingState.PLANNED))
    if live is not None:
        out.say(KEPT)
    ask_twice(options, out, QUESTIONS)
    # The file comes first: a secret that nobody can keep would be shown to nobody.
    descriptor = _created(path)
    try:
        keys = service.make(wish)
    except BaseException:
        os.close(descriptor)
        with suppress(OSError):
            path.unlink()
        raise
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(_variables(provider, keys))
    out.show(SettingReport(change, SettingState.APPLIED))
    out.say(f"{path}: both keys, as variables. Put them where the site reads them, and delete the file.")
    return Exit.GOOD


def _file_for_keys(options: argparse.Namespace) -> Path:
    if options.keys is None:
        hint = "Name a file that does not exist yet: --keys FILE. The secret is shown to nobody else, and only once."
        raise RefusedError("a new key's secret has to be kept somewhere", hint=hint)
    path = Path(options.keys)
    if is_for_git(str(path)):
        hint = "Name one outside the checkout, or one that .gitignore leaves out."
        raise RefusedError(f"{path} would be committed with the project", hint=hint)
    if path.exists():
        raise RefusedError(f"{path} exists already", hint="Name another file, or remove this one first.")
    return path


def _created(path: Path) -> int:
    """The descriptor of a new file that its owner alone may read."""
    try:
        return os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except OSError as error:
        raise RefusedError(f"{path} cannot be written: {error.strerror}") from error


def _variables(provider: Provider, keys: Keys) -> str:
    """The pair under the first of the names that the provider's keys are looked for in."""
    named = provider.environment
    pairs = {
        named["access_key_id"][0]: keys.access_key_id,
        named["secret_access_key"][0]: keys.secret_access_key.reveal(),
    }
    return "".join(f"{name}={value}\n" for name, value in pairs.items())
