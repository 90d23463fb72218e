"""Making the settings of a bucket: what would change first, then two questions, then the requests."""

from __future__ import annotations

import argparse
from collections.abc import Iterator

from medialift.cli.output import Output
from medialift.cli.verb import Exit
from medialift.errors import RefusedError, UnsupportedError
from medialift.generate import bucket
from medialift.generate.bucket import Wishes
from medialift.generate.changes import Change, change, policy_change
from medialift.report.policy_values import SettingReport, SettingState
from medialift.stores.base import ObjectStore, capability
from medialift.stores.bucket_configuration import AdministersBucket, Setting, Value
from medialift.stores.policies import AttachesPolicies, Holder

QUESTIONS = ("Make these settings?", "They hold for everybody who uses this bucket. Really make them?")
POLICY_QUESTIONS = ("Give this policy?", "What it does not allow stops at once, if the old one did. Really give it?")
ROWS_QUESTIONS = ("Run this SQL?", "It decides at once who reads and changes the files. Really run it?")


def apply_settings(store: ObjectStore, wishes: Wishes, options: argparse.Namespace, out: Output) -> Exit:
    """Raises :class:`~medialift.errors.RefusedError` where the store has no such API, or without two consents."""
    admin = capability(store, AdministersBucket)
    if admin is None:
        hint = "Leave --apply out, and make the settings in the provider's console."
        raise RefusedError(f"{store.identity} cannot be set up through its API", hint=hint)
    found = list(_changes(admin, wishes))
    for report in found:
        out.show(report)
    changes = [report.change for report in found if report.state is SettingState.PLANNED]
    if not changes:
        out.say("Nothing to change.")
        return Exit.GOOD
    ask_twice(options, out, QUESTIONS)
    for made in changes:
        if isinstance(made.setting, Setting):
            admin.configure(made.setting, made.wanted)
            out.show(SettingReport(made, SettingState.APPLIED))
    return Exit.GOOD


def attach_policy(
    store: ObjectStore, holder: Holder, name: str, policy: Value, options: argparse.Namespace, out: Output
) -> Exit:
    """Give *holder* the policy: what would change first, then two questions, then the request."""
    admin = capability(store, AttachesPolicies)
    if admin is None:
        hint = "Leave --apply out, and paste what is printed where the last line says."
        raise RefusedError(f"{store.identity} takes no policies through its API", hint=hint)
    found = policy_change(f"policy {name} of {holder}", admin.attached_policy(holder, name), policy)
    if found is None:
        out.say("Nothing to change.")
        return Exit.GOOD
    out.show(SettingReport(found, SettingState.PLANNED))
    ask_twice(options, out, POLICY_QUESTIONS)
    admin.attach_policy(holder, name, policy)
    out.show(SettingReport(found, SettingState.APPLIED))
    return Exit.GOOD


def _changes(admin: AdministersBucket, wishes: Wishes) -> Iterator[SettingReport]:
    """One report for each setting that is not as wished. Only reads."""
    for setting, wanted in bucket.settings(wishes).items():
        try:
            found = change(setting, admin.configuration(setting), wanted)
        except UnsupportedError:
            yield SettingReport(Change(setting, None, wanted), SettingState.UNSUPPORTED)
            continue
        if found is not None:
            yield SettingReport(found, SettingState.PLANNED)


def ask_twice(options: argparse.Namespace, out: Output, questions: tuple[str, str]) -> None:
    """Raise :class:`~medialift.errors.RefusedError` without two consents."""
    if options.yes >= 2:
        return
    if not out.can_ask:
        hint = "Read what would change, then run it again on a terminal, or with --yes --yes."
        raise RefusedError("nothing was changed, because nobody was asked", hint=hint)
    for question in questions:
        if not out.confirm(["What is shown above will replace what is there."], question):
            raise RefusedError("nothing was changed")
