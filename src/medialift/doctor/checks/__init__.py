"""Every check, one per file: those that must hold before others can tell anything come first."""

from __future__ import annotations

from medialift.doctor.check import SiteCheck, StoreCheck
from medialift.doctor.checks import (
    access_block,
    anonymous_list,
    anonymous_read,
    bucket,
    clock,
    cors,
    credentials,
    delete,
    encryption,
    endpoint,
    hard_coded_urls,
    lifecycle,
    listing,
    mixed_static,
    multipart,
    outside,
    ownership,
    path_calls,
    public_read,
    read,
    region,
    signed_url,
    tls,
    tracked_media,
    versioning,
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
    versioning.CHECK,
    encryption.CHECK,
    access_block.CHECK,
    ownership.CHECK,
    lifecycle.CHECK,
    cors.CHECK,
    signed_url.CHECK,
    anonymous_read.CHECK,
    public_read.CHECK,
    anonymous_list.CHECK,
)

SITE_CHECKS: tuple[SiteCheck, ...] = (path_calls.CHECK, hard_coded_urls.CHECK, tracked_media.CHECK, mixed_static.CHECK)

RULES: tuple[Rule, ...] = (*(check.rule for check in STORE_CHECKS), *(check.rule for check in SITE_CHECKS))
"""What the doctor can find, beside what the system checks find in the settings."""
