"""Every verb, in the order of the job."""

from __future__ import annotations

from medialift.cli import (
    back,
    capacity,
    certificate,
    copy,
    doctor,
    freeze,
    init,
    migrate,
    missing,
    orphans,
    plan,
    policy,
    probe,
    restore,
    smoke,
    status,
    sweep,
    switch,
    verify,
)
from medialift.cli.verb import Verb

VERBS: tuple[Verb, ...] = (
    init.VERB,
    plan.VERB,
    migrate.VERB,
    copy.VERB,
    verify.VERB,
    status.VERB,
    certificate.VERB,
    switch.VERB,
    freeze.VERB,
    back.VERB,
    restore.VERB,
    missing.VERB,
    orphans.VERB,
    sweep.VERB,
    doctor.VERB,
    smoke.VERB,
    probe.VERB,
    policy.VERB,
    capacity.VERB,
)
