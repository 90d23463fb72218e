"""The way in for sites that use django-storages: its ``AWS_*`` names, and what cannot be honoured.

What a site has written is honoured. What it has not written gets medialift's defaults, which are
the safe ones: django-storages overwrites a file of the same name, medialift does not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from medialift.conf.options import OPTIONS, Alias, Option
from medialift.errors import ConfigError

_OFF = (None, False, "", "False", "false", "0")
_ON = (None, True, "", "True", "true", "1")


@dataclass(frozen=True, slots=True)
class Refused:
    """An option of django-storages that cannot be honoured, and what to do instead.

    ``harmless`` are the values that ask for nothing: they are let through.
    """

    name: str
    settings: tuple[str, ...]
    why: str
    harmless: tuple[object, ...] = _OFF


_PARTS = "medialift decides by an upload's size whether it goes up in parts. Remove the option."

REFUSED = (
    Refused(
        "gzip",
        ("AWS_IS_GZIPPED",),
        "medialift stores the bytes it is given: a compressed copy has another size and digest. "
        "Let the CDN compress, or compress before saving and name the file .gz.",
    ),
    Refused("gzip_content_types", (), "medialift does not compress. Let the CDN compress."),
    Refused("cloudfront_signer", (), "medialift signs itself: set cloudfront_key_id and cloudfront_key."),
    Refused(
        "signature_version",
        ("AWS_S3_SIGNATURE_VERSION",),
        "medialift signs with version 4, the only one that every service accepts. Remove the option.",
        (None, "", "s3v4", "v4"),
    ),
    Refused("use_ssl", ("AWS_S3_USE_SSL",), "write the protocol into endpoint_url: http://…", _ON),
    Refused(
        "file_name_charset",
        ("AWS_S3_FILE_NAME_CHARSET",),
        "names are UTF-8 everywhere. Remove the option.",
        (None, "", "utf-8", "utf8", "UTF-8"),
    ),
    Refused("use_threads", ("AWS_S3_USE_THREADS",), _PARTS, _ON),
    Refused("transfer_config", ("AWS_S3_TRANSFER_CONFIG",), _PARTS),
    Refused(
        "client_config",
        ("AWS_S3_CLIENT_CONFIG",),
        "write what it holds as options: connect_timeout, read_timeout, max_attempts, max_pool_connections, "
        "proxies, addressing_style.",
    ),
)

CREDENTIALS = ("access_key_id", "secret_access_key", "session_token")
"""Belong together: they are taken from one place, never mixed from two."""

PLATFORMS_OWN = frozenset({"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN"})
"""Not read from the environment here: the platform's own chain reads (and renews) them."""


def from_aws(settings: Mapping[str, object], environment: Mapping[str, str]) -> dict[str, Any]:
    """The options that ``AWS_*`` names say, under the names of :data:`OPTIONS`.

    Django's settings come before the environment. Raises :class:`ConfigError`.
    """
    environment = {name: value for name, value in environment.items() if name not in PLATFORMS_OWN}
    refuse({**environment, **settings}, by_setting=True)
    said = {**_said(environment), **_said(settings)}
    credentials = _credentials(settings) or _credentials(environment)
    return {**{name: value for name, value in said.items() if name not in CREDENTIALS}, **credentials}


def refuse(given: Mapping[str, object], *, by_setting: bool = False) -> None:
    """Raise :class:`ConfigError` for the first option that asks for what medialift does not do."""
    for refused in REFUSED:
        for name in refused.settings if by_setting else (refused.name,):
            if given.get(name) not in refused.harmless:
                raise ConfigError(f"{name} cannot be honoured", hint=refused.why)


def read(option: Option, value: object, *, written_as: str, alias: Alias | None = None) -> Any:
    """The option's value. Raises :class:`ConfigError`, which never repeats *value*."""
    parse = alias.parse if alias and alias.parse else option.parse
    try:
        return parse(value)
    except ValueError as error:
        raise ConfigError(f"{written_as} is not {error}") from None


def _credentials(source: Mapping[str, object]) -> dict[str, Any]:
    said = _said(source)
    return {name: said[name] for name in CREDENTIALS if name in said} if "access_key_id" in said else {}


def _said(source: Mapping[str, object]) -> dict[str, Any]:
    return {
        option.name: read(option, source[setting], written_as=setting, alias=alias)
        for option, alias, setting in _aws_names()
        if source.get(setting) not in (None, "")
    }


def _aws_names() -> Iterator[tuple[Option, Alias, str]]:
    """Every AWS name; of two for one option the more particular one comes last, and so wins."""
    for option in OPTIONS:
        for alias in option.aliases:
            for setting in reversed(alias.settings):
                yield option, alias, setting
