"""System checks: what can be seen in the settings alone. Nothing here opens a connection."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import django
from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.checks import Warning as Caution
from django.core.exceptions import ImproperlyConfigured
from django.core.files.storage import InvalidStorageError, storages

from medialift.bridge.privacy import PRIVATE_IN_PUBLIC, exposed
from medialift.conf import MediaOptions, slips
from medialift.conf.private import private_files
from medialift.doctor.finding import Finding, Level, Rule
from medialift.errors import ConfigError
from medialift.facts.storages import said_of
from medialift.references.routed_fields import routed_fields
from medialift.storage import MediaStorage
from medialift.storage.routes import routed_storage

WITHOUT_DRIVER = ("memory", "filesystem")
DRIVERS = {"supabase": ("httpx", "supabase"), "cloudinary": ("httpx", "cloudinary")}
"""The module and the extra of the providers that do not speak S3."""

PUBLIC_ACLS = frozenset({"public-read", "public-read-write", "authenticated-read"})
"""Canned ACLs that let strangers in: "authenticated" is everybody with an account at Amazon.

Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html#canned-acl
"""

DEAD_SETTING = Rule(
    "medialift.E001",
    "Django {version} does not read DEFAULT_FILE_STORAGE: uploads go to the local disk.",
    'Remove it, and set STORAGES["default"] = {{"BACKEND": "{backend}"}}.',
)
WRONG_OPTIONS = Rule("medialift.E002", "STORAGES[{alias!r}] cannot be used: {reason}.", "{hint}")
NO_DRIVER = Rule(
    "medialift.E003",
    "STORAGES[{alias!r}] speaks to {provider}, and its driver is not installed.",
    "pip install 'django-medialift[{extra}]'",
)
OVERWRITES = Rule(
    "medialift.W004",
    "STORAGES[{alias!r}] overwrites: an upload replaces another of the same name without a trace.",
    "Remove the option overwrite (file_overwrite, AWS_S3_FILE_OVERWRITE), or silence this check if that is wanted.",
)
UNUSED_DOMAIN = Rule(
    "medialift.W005",
    "STORAGES[{alias!r}] has a custom_domain and private access: its URLs are signed for the service's own host.",
    "Set access to public if the domain serves the files, set cloudfront_key_id or cloudflare_token_secret if the CDN "
    "checks signatures, or remove custom_domain.",
)
UNUSED_EXPIRY = Rule(
    "medialift.W006",
    "STORAGES[{alias!r}] has public access and expires: plain URLs never expire.",
    "Set access to private if links are to expire, or remove expires (querystring_expire).",
)
PUBLIC_ACL = Rule(
    "medialift.W041",
    "STORAGES[{alias!r}] is private, and sends the ACL {acl} with each upload: strangers may read the files.",
    "Remove acl (default_acl, AWS_DEFAULT_ACL), or set access to public (querystring_auth to False) if that is meant.",
)
WRONG_PRIVATE = Rule("medialift.E062", "MEDIALIFT_PRIVATE cannot be used: {reason}.", "{hint}")
MISSPELT = Rule(
    "medialift.W080",
    "STORAGES[{alias!r}] does not read {name}, which looks like {meant}.",
    "Call it {meant}. If it is for something else and the option {option} is not wanted, silence this check.",
)
NO_PILLOW = Rule(
    "medialift.E081",
    "STORAGES[{alias!r}] has images in other sizes made by the site, and Pillow is not installed.",
    "pip install 'django-medialift[images]'",
)
NO_AVIF = Rule(
    "medialift.W082",
    "STORAGES[{alias!r}] has images in other sizes made by the site, and this Pillow cannot write AVIF.",
    "pip install --upgrade 'pillow>=11.3', or silence this check: pages then offer WebP.",
)
FINDINGS = (
    DEAD_SETTING,
    WRONG_OPTIONS,
    NO_DRIVER,
    OVERWRITES,
    UNUSED_DOMAIN,
    UNUSED_EXPIRY,
    PUBLIC_ACL,
    PRIVATE_IN_PUBLIC,
    WRONG_PRIVATE,
    MISSPELT,
    NO_PILLOW,
    NO_AVIF,
)


@register(Tags.files)
def check_settings(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Whether every MediaStorage in ``STORAGES`` can work, and does what its owner may think it does."""
    return [*_dead_setting(), *(found for alias in storages.backends for found in _entry(alias)), *_exposed()]


@register(Tags.files, deploy=True)
def check_site(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """What the doctor looks for in the site itself: its disk, its repository, its code and templates."""
    # Every process imports this file, and few run the checks.
    from medialift.doctor.run import examine_site
    from medialift.facts.site import site_facts

    outcomes = examine_site(site_facts())
    return [_message(found) for outcome in outcomes for found in outcome.findings]


def said_of_settings() -> Mapping[str, tuple[Finding, ...]]:
    """What :func:`check_settings` says, by id; an entry that cannot be opened is told by whoever opens it."""
    said = [Finding(str(told.id), told.msg, told.hint or "") for told in check_settings(None)]
    ids = [rule.id for rule in FINDINGS if rule is not WRONG_OPTIONS]
    return MappingProxyType({id: tuple(found for found in said if found.id == id) for id in ids})


def _dead_setting() -> Iterator[CheckMessage]:
    if django.VERSION < (5, 1):
        return
    if backend := getattr(settings, "DEFAULT_FILE_STORAGE", None):
        yield _told(DEAD_SETTING, version=django.get_version(), backend=backend)


def _entry(alias: str) -> Iterator[CheckMessage]:
    try:
        storage = _storage(alias)
        if isinstance(storage, MediaStorage):
            yield from _options(alias, storage.options)
            yield from _images(alias, storage.options)
            for slip in slips(storage.written_options):
                yield _told(MISSPELT, alias=alias, name=slip.name, meant=slip.meant, option=slip.option)
            _check_routes(storage)
        elif alias != "staticfiles" and _replaces(storage):
            yield _told(OVERWRITES, alias=alias)
        said = said_of(alias)
        if said.access == "private" and said.acl in PUBLIC_ACLS and alias != "staticfiles":
            yield _told(PUBLIC_ACL, alias=alias, acl=said.acl)
    except ConfigError as error:
        yield _told(WRONG_OPTIONS, alias=alias, reason=error.reason, hint=error.hint)


def _check_routes(storage: MediaStorage) -> None:
    """Raise ``ConfigError`` for a route of, or to, what is not there."""
    for _ in routed_fields(storage.options.routes):
        pass
    for alias in storage.options.routes.aliases:
        routed_storage(alias)


def _exposed() -> Iterator[CheckMessage]:
    try:
        for subject, place in exposed(private_files()):
            yield _told(PRIVATE_IN_PUBLIC, subject=subject, place=place)
    except (InvalidStorageError, ImproperlyConfigured, ImportError):
        return  # an entry that Django cannot use is Django's own business
    except ConfigError as error:
        yield _told(WRONG_PRIVATE, reason=error.reason, hint=error.hint)


def _options(alias: str, options: MediaOptions) -> Iterator[CheckMessage]:
    provider = options.spec.provider
    module, extra = DRIVERS.get(provider, ("boto3", "s3"))
    if provider not in WITHOUT_DRIVER and importlib.util.find_spec(module) is None:
        yield _told(NO_DRIVER, alias=alias, provider=provider, extra=extra)
    if options.overwrite:
        yield _told(OVERWRITES, alias=alias)
    if options.spec.custom_domain and options.access == "private" and not _signs_for_domain(options):
        yield _told(UNUSED_DOMAIN, alias=alias)
    if options.access == "public" and options.expires != MediaOptions(options.spec).expires:
        yield _told(UNUSED_EXPIRY, alias=alias)


def _images(alias: str, options: MediaOptions) -> Iterator[CheckMessage]:
    if options.images is None or options.images.engine != "embedded":
        return
    from medialift.images.embedded.render import writes  # only a site with images needs it
    from medialift.images.request import Format

    if importlib.util.find_spec("PIL") is None:
        yield _told(NO_PILLOW, alias=alias)
    elif not writes(Format.AVIF):
        yield _told(NO_AVIF, alias=alias)


def _signs_for_domain(options: MediaOptions) -> bool:
    return options.spec.cloudfront is not None or options.spec.cloudflare is not None


def _replaces(storage: object) -> bool:
    """Whether another storage overwrites: django-storages' word for it, and Django's own since 5.1."""
    return bool(getattr(storage, "file_overwrite", False) or getattr(storage, "_allow_overwrite", False))


def _told(rule: Rule, **facts: object) -> CheckMessage:
    """What *rule* has found, as Django's checks say it."""
    return _message(rule.found(**facts))


def _message(found: Finding) -> CheckMessage:
    kind = Error if found.level is Level.ERROR else Caution
    return kind(found.message, hint=found.hint, id=found.id)


def _storage(alias: str) -> object:
    """The storage of one entry; an entry that Django cannot use is Django's own business."""
    try:
        return storages[alias]
    except (InvalidStorageError, ImproperlyConfigured, ImportError):
        return None
