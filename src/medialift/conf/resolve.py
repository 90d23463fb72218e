"""From what was written to frozen values: :class:`MediaOptions`, which nobody reads settings behind."""

from __future__ import annotations

import difflib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType
from typing import Any

from medialift.conf.customary import customary, names_bucket
from medialift.conf.endpoints import AMAZON, check_address, in_jurisdiction, provider_of
from medialift.conf.images import ImageOptions, check_engine
from medialift.conf.legacy import REFUSED, from_aws, read, refuse
from medialift.conf.misspelt import Misspelt, misspelt
from medialift.conf.options import API_KEYS, BY_NAME, CLIENT_OPTIONS, OPTIONS, Alias, Option
from medialift.conf.routes import NO_ROUTES, Routes
from medialift.errors import ConfigError
from medialift.providers import load_provider, provider_ids
from medialift.stores import speaks_s3
from medialift.stores.spec import ApiKeys, CloudflareKey, CloudFrontKey, Credentials, Delivery, StoreSpec

WRITTEN = {option.name: (option, None) for option in OPTIONS} | {
    alias.name: (option, alias) for option in OPTIONS for alias in option.aliases if alias.name
}
"""Every name that an ``OPTIONS`` dict may hold."""

ENVIRONMENT_NAME = "MEDIA_STORAGE_URL"

SUPABASE = ("SUPABASE_URL", "SUPABASE_STORAGE_BUCKET")
"""Where both are set and no ``AWS_*`` name says a bucket, the media lie there."""

CLOUDINARY = "cloudinary"
"""Where its variables name a cloud and nobody's name a bucket, the media lie there."""


@dataclass(frozen=True, slots=True)
class MediaOptions:
    """What one storage is, read once.

    ``access`` is ``"private"`` or ``"public"``; ``expires`` how long signed URLs last at least;
    ``max_memory_size`` the bytes of one upload that may lie in memory. ``active_content`` is
    ``"download"`` or ``"inline"``. ``routes`` say which files lie elsewhere, ``images`` who makes other
    sizes of images (``None``: the provider's own engine, or else the embedded one).
    """

    spec: StoreSpec
    access: str = "private"
    overwrite: bool = False
    expires: timedelta = timedelta(hours=1)
    cache_control: str | None = None
    base_url: str | None = None
    max_memory_size: int = 5 * 1024 * 1024
    active_content: str = "download"
    routes: Routes = NO_ROUTES
    images: ImageOptions | None = None


def named(options: Mapping[str, object]) -> dict[str, Any]:
    """*options* under medialift's own names, each value read. ``None`` counts as not written.

    Raises :class:`ConfigError` for a name that nobody knows, for one that cannot be honoured, and
    for a thing that is said twice.
    """
    refuse(options)
    written: dict[str, str] = {}
    values: dict[str, Any] = {}
    for name, value in options.items():
        option, alias = _lookup(name)
        if option is None or value is None:
            continue
        if option.name in written:
            raise ConfigError(f"{written[option.name]} and {name} say the same thing: keep one of them")
        written[option.name] = name
        values[option.name] = read(option, value, written_as=f"option {name!r}", alias=alias)
    return values


def media_options(values: Mapping[str, Any]) -> MediaOptions:
    """The frozen form of values that :func:`named` or ``from_aws`` read. Raises :class:`ConfigError`."""
    if not values.get("bucket") and values.get("provider") != "memory":
        raise ConfigError("no bucket is named", hint=f"Set the option bucket, or {_bucket_variable(values)}.")
    signs = "cloudfront_key_id" in values or "cloudflare_token_secret" in values
    public = "access" not in values and not signs and ("custom_domain" in values or "base_url" in values)
    kept = ("overwrite", "expires", "cache_control", "base_url", "active_content", "routes", "images")
    mine = {name: values[name] for name in kept if name in values}
    # django-storages writes 0 for "all of it in memory", which no upload of a stranger should be.
    limit = {"max_memory_size": values["max_memory_size"]} if values.get("max_memory_size") else {}
    access = "public" if public else values.get("access", "private")
    options = MediaOptions(_spec(values, access), access=access, **mine, **limit)
    if options.images is not None:
        check_engine(options.images, options.spec.provider, access, speaks_s3(options.spec.provider))
    return options


def resolve(options: Mapping[str, object], environment: Mapping[str, str] | None = None) -> MediaOptions:
    """What a ``STORAGES`` entry with these ``OPTIONS`` means. Raises :class:`ConfigError`.

    An entry that says ``bucket`` stands alone: a site may have several, at several providers. Any
    other entry is filled in from ``MEDIA_STORAGE_URL`` if that is set, else from the ``AWS_*``
    settings and then the ``AWS_*`` environment, or else from :data:`SUPABASE` or :data:`CLOUDINARY`; what
    the entry itself says always wins. What is then still unsaid is looked for in the provider's customary variables
    (``R2_ACCESS_KEY_ID``, …); a provider whose variables name a bucket needs nobody else's.
    """
    own = named(options)
    environment = os.environ if environment is None else environment
    said = own if _stands_alone(own, options, environment) else {**_ambient(environment), **own}
    return completed(said, environment)


def slips(options: Mapping[str, object], environment: Mapping[str, str] | None = None) -> tuple[Misspelt, ...]:
    """The misspelt ``AWS_*`` names that would fill in an entry with these ``OPTIONS``. Raises :class:`ConfigError`."""
    environment = os.environ if environment is None else environment
    if _stands_alone(named(options), options, environment) or environment.get(ENVIRONMENT_NAME):
        return ()
    return misspelt(django_settings(), environment)


def _stands_alone(own: Mapping[str, Any], options: Mapping[str, object], environment: Mapping[str, str]) -> bool:
    named_here = options.get("bucket") or options.get("cloud_name")
    return bool(named_here) or own.get("provider") == "memory" or names_bucket(own.get("provider"), environment)


def completed(said: Mapping[str, Any], environment: Mapping[str, str]) -> MediaOptions:
    """What was *said*, with the provider's customary variables. Raises :class:`ConfigError`, also where the place
    that it means cannot be found."""
    options = media_options({**customary(_provider(said), said, environment), **said})
    check_address(options.spec)
    return options


def _ambient(environment: Mapping[str, str]) -> dict[str, Any]:
    from medialift.conf.dsn import options_of

    if url := environment.get(ENVIRONMENT_NAME):
        return named(options_of(url))
    said = from_aws(django_settings(), environment)
    if "bucket" not in said and all(environment.get(name) for name in SUPABASE):
        return {"provider": "supabase"}
    if "bucket" not in said and names_bucket(CLOUDINARY, environment):
        return {"provider": CLOUDINARY}
    if "bucket" not in said:
        _refuse_slip("bucket", environment)
    return said


def _refuse_slip(option: str, environment: Mapping[str, str]) -> None:
    """Nothing works without this option, and nobody says it: a name that nearly does was meant for it."""
    for slip in misspelt(django_settings(), environment):
        if slip.option == option:
            raise ConfigError(f"no {option} is named: nothing reads {slip.name}", hint=f"Call it {slip.meant}.")


def django_settings() -> dict[str, object]:
    """The ``AWS_*`` settings of this site."""
    from django.conf import settings

    return {name: getattr(settings, name) for name in dir(settings) if name.startswith("AWS_")}


def _spec(values: Mapping[str, Any], access: str) -> StoreSpec:
    plain = ("region", "endpoint_url", "profile", "addressing_style", "custom_domain", "url_protocol", "account_id")
    parameters = dict(values.get("object_parameters", {}))
    if values.get("acl"):
        parameters["ACL"] = values["acl"]
    if values.get("kms_key_id"):
        parameters |= {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": values["kms_key_id"]}
    told = {name: values[name] for name in (*plain, "expires") if name in values}
    if where := values.get("jurisdiction"):
        told["endpoint_url"] = in_jurisdiction(
            _provider(values), where, values.get("endpoint_url"), values.get("account_id")
        )
    return StoreSpec(
        provider=_provider(values),
        container=values.get("bucket", ""),
        prefix=values.get("prefix", ""),
        credentials=_credentials(values),
        object_parameters=MappingProxyType(parameters),
        client=MappingProxyType({name: values[name] for name in CLIENT_OPTIONS if name in values}),
        api_keys=ApiKeys(**{name: values[name] for name in API_KEYS if name in values}),
        cloudfront=_cloudfront(values),
        cloudflare=_cloudflare(values),
        delivery=_delivery(values, access),
        **told,
    )


def _provider(values: Mapping[str, Any]) -> str:
    """``s3`` at somebody else's endpoint means that somebody: it is what everyone calls the protocol."""
    provider = str(values.get("provider", AMAZON))
    return provider_of(values.get("endpoint_url")) if provider == AMAZON else provider


def _credentials(values: Mapping[str, Any]) -> Credentials | None:
    key, secret = values.get("access_key_id"), values.get("secret_access_key")
    if secret and not key and "api_key" in values:
        key = values["api_key"].reveal()  # a key with its secret beside it, by Cloudinary's name
    if bool(key) != bool(secret):
        raise ConfigError("access_key_id and secret_access_key go together: one of them is missing")
    if key and values.get("profile"):
        raise ConfigError("credentials and a profile are both given: keep one of them")
    return Credentials(key, secret, values.get("session_token")) if key and secret else None


def _delivery(values: Mapping[str, Any], access: str) -> Delivery:
    """Where each file says itself who may read it, that follows from *access*."""
    provider = _provider(values)
    if provider not in provider_ids() or load_provider(provider).kinds is None:
        return Delivery()
    kind = values.get("delivery_type") or ("upload" if access == "public" else "authenticated")
    return Delivery(kind, values.get("signature_algorithm", "sha1"))


def _bucket_variable(values: Mapping[str, Any]) -> str:
    provider = _provider(values)
    if provider not in provider_ids():
        return "AWS_STORAGE_BUCKET_NAME"
    known = load_provider(provider)
    return known.environment_url or next(iter(known.environment.get("bucket", ())), "AWS_STORAGE_BUCKET_NAME")


def _cloudfront(values: Mapping[str, Any]) -> CloudFrontKey | None:
    key_id, key = values.get("cloudfront_key_id"), values.get("cloudfront_key")
    if bool(key_id) != bool(key):
        raise ConfigError("cloudfront_key_id and cloudfront_key go together: one of them is missing")
    if not key_id or not key:
        return None
    if not speaks_s3(_provider(values)):
        raise ConfigError("cloudfront_key_id is for buckets that speak S3", hint="Remove it, and cloudfront_key.")
    if not values.get("custom_domain"):
        hint = "Set custom_domain to the distribution's host, such as d111111abcdef8.cloudfront.net."
        raise ConfigError("cloudfront_key_id says nothing without the distribution", hint=hint)
    return CloudFrontKey(key_id, key)


def _cloudflare(values: Mapping[str, Any]) -> CloudflareKey | None:
    secret, lifetime = values.get("cloudflare_token_secret"), values.get("cloudflare_token_lifetime")
    if not secret:
        if lifetime:
            raise ConfigError("cloudflare_token_lifetime says nothing without cloudflare_token_secret")
        return None
    if values.get("cloudfront_key_id"):
        raise ConfigError("custom_domain is at CloudFront or at Cloudflare: keep one of the two keys")
    if not speaks_s3(_provider(values)) or not values.get("custom_domain"):
        hint = "Set custom_domain to the domain that the rule guards."
        raise ConfigError("cloudflare_token_secret is for a bucket that speaks S3, at a domain of its own", hint=hint)
    return CloudflareKey(secret, lifetime) if lifetime else CloudflareKey(secret)


def _lookup(name: str) -> tuple[Option | None, Alias | None]:
    if name in WRITTEN:
        return WRITTEN[name]
    if name in {refused.name for refused in REFUSED}:
        return None, None  # refuse() let its value pass
    close = difflib.get_close_matches(name, WRITTEN, n=1)
    nearest = f": did you mean {close[0]!r}?" if close else ""
    raise ConfigError(f"unknown option {name!r}{nearest}", hint="Known options: " + ", ".join(BY_NAME) + ".")
