"""Every check, one per file: those that must hold before others can tell anything come first."""

from __future__ import annotations

from medialift.doctor.check import SiteCheck, StoreCheck
from medialift.doctor.checks import (
    bucket,
    clock,
    credentials,
    delete,
    endpoint,
    listing,
    multipart,
    outside,
    read,
    region,
    tls,
    write,
)
from medialift.doctor.finding import Rule

STORE_CHECKS: tuple[StoreCheck, ...] = (
    endpoint.CHECK,
    tls.CHECK,
    clock.CHECK,
    region.CHECK,
    credentials.CHECK,
    bucket.CHECK,
    write.CHECK,
    read.CHECK,
    delete.CHECK,
    listing.CHECK,
    multipart.CHECK,
    outside.CHECK,
)

SITE_CHECKS: tuple[SiteCheck, ...] = ()

RULES: tuple[Rule, ...] = (*(check.rule for check in STORE_CHECKS), *(check.rule for check in SITE_CHECKS))
"""What the doctor can find, beside what the system checks find in the settings."""
