"""One line in the environment instead of a dict in the settings, as with dj-database-url.

::

    provider://[KEY:SECRET@]bucket[/prefix][?option=value&…]     s3 r2 b2 spaces wasabi minio ceph …
    cloudinary://KEY:SECRET@cloud[/prefix][?option=value&…]      as CLOUDINARY_URL, but for the path
    provider://account/bucket[/prefix][?option=value&…]          supabase supabase-s3
    file:///absolute/folder[?base_url=/media/]                   file://folder is relative
    memory://

Every part is percent-decoded (RFC 3986); ``+`` stays ``+``, because secrets are full of them.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from medialift.conf.resolve import ENVIRONMENT_NAME, completed, named
from medialift.conf.versions import require_django
from medialift.errors import ConfigError
from medialift.providers import load_provider, provider_ids

MEDIA_STORAGE = "medialift.storage.MediaStorage"
FILE_SYSTEM_STORAGE = "django.core.files.storage.FileSystemStorage"

_URL = re.compile(r"(?P<scheme>[a-z][a-z0-9+.-]*)://(?P<authority>[^/?#]*)(?P<path>[^?#]*)(\?(?P<query>[^#]*))?")
_FILE_OPTIONS = {"location", "base_url"}


def config(
    url: str | None = None,
    *,
    env: str = ENVIRONMENT_NAME,
    default: str | None = None,
    routes: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """A complete entry for ``STORAGES``, from *url*, else the environment's *env*, else *default*.

    For a settings module: ``STORAGES = {"default": medialift.config(default="file://media"), …}``.
    Needs no settings, no apps and no network. ``file://`` gives Django's own ``FileSystemStorage``, which
    the development server knows how to serve; a disk has no *routes*, which say what lies in other entries.
    Raises :class:`ConfigError`.
    """
    require_django()
    given = os.environ.get(env) if url is None else url
    line = given or default
    if not line:
        nothing = (
            "config() was given an empty URL" if url == "" else f"{env} is {'not set' if given is None else 'empty'}"
        )
        raise ConfigError(
            nothing,
            hint=f'Set it, for instance {env}="s3://bucket/media?region=eu-west-1", or give config() a default='
            '"file:///path/to/media" for development.',
        )
    if line.startswith("file:"):
        return {"BACKEND": FILE_SYSTEM_STORAGE, "OPTIONS": _file_options(line)}
    options = {**options_of(line), **({"routes": dict(routes)} if routes else {})}
    completed(named(options), os.environ)
    return {"BACKEND": MEDIA_STORAGE, "OPTIONS": options}


def options_of(url: str) -> dict[str, Any]:
    """The ``OPTIONS`` that a DSN says, as text. Raises :class:`ConfigError`."""
    parts = _split(url)
    if parts["scheme"] == "memory":
        return {"provider": "memory", **_query(parts["query"])}
    credentials, _, host = parts["authority"].rpartition("@")
    options: dict[str, Any] = {"provider": parts["scheme"], **_place(parts["scheme"], unquote(host), parts["path"])}
    for more in (_credentials(credentials), _query(parts["query"])):
        _add(options, more)
    return options


def _place(provider: str, host: str, path: str) -> dict[str, str]:
    """Account, bucket and prefix; what is empty is left out."""
    account, bucket, prefix = "", host, unquote(path).strip("/")
    if provider in provider_ids() and load_provider(provider).endpoint.account_first:
        bucket, _, prefix = prefix.partition("/")
        account = host
        if not bucket:
            hint = f"Write {provider}://PROJECT/BUCKET: the project comes first."
            raise ConfigError("no bucket is named", hint=hint)
    said = {"account_id": account, "bucket": bucket, "prefix": prefix}
    return {name: value for name, value in said.items() if value or name == "bucket"}


def _split(url: str) -> dict[str, str]:
    match = _URL.fullmatch(url.strip())
    if not match:
        raise ConfigError(
            "the storage URL cannot be read",
            hint="Write provider://bucket/prefix?option=value; a # in any part is written %23.",
        )
    parts = {name: value or "" for name, value in match.groupdict().items()}
    if "@" in parts["path"] and ":" in parts["authority"]:
        raise ConfigError("the storage URL's credentials hold a bare slash", hint="Write / as %2F there.")
    return parts


def _credentials(written: str) -> dict[str, str]:
    if not written:
        return {}
    key, colon, secret = written.partition(":")
    if not key or not colon or not secret:
        raise ConfigError("the storage URL names half of the credentials", hint="Write KEY:SECRET@ before the bucket.")
    return {"access_key_id": unquote(key), "secret_access_key": unquote(secret)}


def _query(query: str) -> dict[str, str]:
    options: dict[str, str] = {}
    for pair in filter(None, query.split("&")):
        name, equals, value = pair.partition("=")
        if not equals:
            raise ConfigError(f"the storage URL's option {unquote(name)!r} has no value")
        _add(options, {unquote(name): unquote(value)})
    return options


def _add(options: dict[str, Any], more: Mapping[str, Any]) -> None:
    for name, value in more.items():
        if name in options:
            raise ConfigError(f"the storage URL says {name!r} twice")
        options[name] = value


def _file_options(url: str) -> dict[str, str]:
    parts = _split(url)
    options = _query(parts["query"])
    if unknown := sorted(set(options) - _FILE_OPTIONS):
        raise ConfigError(f"file:// has no option {unknown[0]!r}", hint="Known options: base_url.")
    location = unquote(parts["authority"] + parts["path"])
    if not location:
        raise ConfigError("file:// names no folder", hint="Write file:///absolute/folder.")
    _add(options, {"location": location})
    return options
