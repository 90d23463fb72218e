"""Making the settings of a bucket: what would change first, then two questions, then the requests."""

from __future__ import annotations

import argparse
from collections.abc import Iterator

from medialift.cli.output import Output
from medialift.cli.verb import Exit
from medialift.errors import RefusedError, UnsupportedError
from medialift.generate import bucket
from medialift.generate.bucket import Wishes
from medialift.generate.changes import Change, change
from medialift.report.policy_values import SettingReport, SettingState
from medialift.stores.base import ObjectStore, capability
from medialift.stores.bucket_configuration import AdministersBucket

QUESTIONS = ("Make these settings?", "They hold for everybody who uses this bucket. Really make them?")


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
    _ask_twice(options, out)
    for made in changes:
        admin.configure(made.setting, made.wanted)
        out.show(SettingReport(made, SettingState.APPLIED))
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


def _ask_twice(options: argparse.Namespace, out: Output) -> None:
    if options.yes >= 2:
        return
    if not out.can_ask:
        hint = "Read what would change, then run it again on a terminal, or with --yes --yes."
        raise RefusedError("nothing was changed, because nobody was asked", hint=hint)
    for question in QUESTIONS:
        if not out.confirm(["The settings above will replace what is there."], question):
            raise RefusedError("nothing was changed")
