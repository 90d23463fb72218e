"""Turn what people write (settings, environment, DSN) into values.

Each function takes whatever was written and raises ``ValueError`` with what it expected instead.
The message never repeats what was written: it may be a secret in the wrong place.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Any

from medialift.conf.images import EXPECTED as EXPECTED_IMAGES
from medialift.conf.images import ImageOptions
from medialift.conf.images import images as read_images
from medialift.conf.routes import EXPECTED, Routes
from medialift.conf.routes import routes as read_routes
from medialift.providers import load_provider, provider_ids
from medialift.stores.spec import Secret

LONGEST_SIGNATURE = timedelta(days=7)
"""Signature version 4 allows no more (Amazon S3 API reference, "X-Amz-Expires")."""

_TRUE = {"1", "true", "yes", "on"}
_FALSE = {"0", "false", "no", "off"}
_DURATION = re.compile(r"([0-9]+)\s*([smhd]?)")
_SIZE = re.compile(r"([0-9]+)\s*(|[kmg]i?b?)", re.IGNORECASE)
_SECONDS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}


class Hidden(dict[str, Any]):
    """A mapping that may hold passwords, and does not print."""

    def __repr__(self) -> str:
        return "Hidden('***')"


def text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("a text")
    return value


def word(*words: str) -> Callable[[object], str]:
    def parse(value: object) -> str:
        if value not in words:
            raise ValueError(" or ".join(words))
        return str(value)

    return parse


def provider(value: object) -> str:
    known = (*provider_ids(), "filesystem", "memory")
    if value not in known:
        meant = next((id for id in provider_ids() if value in load_provider(id).also), "")
        words = f"did you mean {meant!r}?" if meant else ", ".join(known)
        raise ValueError(f"a provider that medialift knows: {words}")
    return str(value)


def line(value: object) -> str:
    """A key as services give them out. The line break behind it, which files and copies have, is no part of it."""
    written = text(value).strip()
    if not written.isprintable():
        raise ValueError("one line of printable characters")
    return written


def secret(value: object) -> Secret:
    return value if isinstance(value, Secret) else Secret(line(value))


def private_key(value: object) -> Secret:
    """A PEM text, as text or bytes, or the path of a file that holds one; it is read where it is needed."""
    if isinstance(value, bytes):
        value = value.decode("latin-1")
    if isinstance(value, str) and not value.strip():
        raise ValueError("a PEM text, or the path of a file that holds one")
    return value if isinstance(value, Secret) else Secret(text(value))


def boolean(value: object) -> bool:
    if isinstance(value, bool):
        return value
    written = str(value).strip().lower()
    if written not in _TRUE | _FALSE:
        raise ValueError("true or false")
    return written in _TRUE


def integer(value: object) -> int:
    if isinstance(value, bool) or not re.fullmatch(r"[0-9]+", str(value)):
        raise ValueError("a whole number")
    return int(str(value))


def seconds(value: object) -> float:
    try:
        number = float(str(value))
    except ValueError:
        number = 0
    if not 0 < number < float("inf"):
        raise ValueError("a number of seconds")
    return number


def duration(value: object) -> timedelta:
    """A ``timedelta``, a number of seconds, or ``15m``, ``1h``, ``7d``."""
    if not isinstance(value, timedelta):
        match = _DURATION.fullmatch(str(value).strip())
        if not match:
            raise ValueError("seconds, or a duration like 15m, 1h or 7d")
        value = timedelta(seconds=int(match[1]) * _SECONDS[match[2]])
    if not timedelta(0) < value <= LONGEST_SIGNATURE:
        raise ValueError("a duration between one second and 7 days, the most that a signature can last")
    return value


def size(value: object) -> int:
    """A number of bytes, or ``512KiB``, ``5MB``, ``1GiB``."""
    match = _SIZE.fullmatch(str(value).strip())
    if not match or isinstance(value, bool):
        raise ValueError("bytes, or a size like 5MB or 8MiB")
    unit = match[2].lower().rstrip("b")
    base = 1024 if unit.endswith("i") else 1000
    power = "kmg".index(unit[0]) + 1 if unit else 0
    return int(match[1]) * int(base**power)


def mapping(value: object) -> Mapping[str, Any]:
    """A dict, or a JSON object in a text."""
    if isinstance(value, str):
        value = _json(value)
    if not isinstance(value, Mapping):
        raise ValueError("a dict, or a JSON object")
    return MappingProxyType(dict(value))


def routes(value: object) -> Routes:
    """Aliases by field and by prefix: a dict, or a JSON object in a text."""
    if isinstance(value, Routes):
        return value
    try:
        return read_routes(mapping(value))
    except ValueError:
        raise ValueError(EXPECTED) from None


def images(value: object) -> ImageOptions:
    """The name of an engine; a dict, or a JSON object in a text, for one that needs more."""
    if isinstance(value, str) and value.lstrip().startswith("{"):
        try:
            value = _json(value)
        except ValueError:
            raise ValueError(EXPECTED_IMAGES) from None
    return read_images(value)


def hidden_mapping(value: object) -> Hidden:
    return Hidden(mapping(value))


def prefix(value: object) -> str:
    """A folder inside the bucket: ``media``, ``sites/a``; slashes at its ends mean nothing."""
    folder = text(value).strip("/")
    if any(segment in ("", ".", "..") for segment in folder.split("/")) and folder:
        raise ValueError("a folder like media or sites/a, without empty, . or .. parts")
    return folder


def endpoint(value: object) -> str:
    """An address of a service, without a path of its own and without credentials."""
    if not re.fullmatch(r"https?://[^\s/?#@]+(/[^\s?#@]*)?", text(value)):
        raise ValueError("an address like https://s3.example.com, without credentials in it")
    return str(value).rstrip("/")


def domain(value: object) -> str:
    """A host, with a path if need be: ``cdn.example.com``, ``cdn.example.com/media``."""
    host = re.sub(r"^https?://", "", text(value)).strip("/")
    if not re.fullmatch(r"[^\s/?#@]+(/[^\s?#@]+)*", host):
        raise ValueError("a host like cdn.example.com")
    return host


def protocol(value: object) -> str:
    return word("https", "http")(text(value).rstrip(":/"))


def verify(value: object) -> bool | str:
    """Whether certificates are checked, or the path of a file with authorities to trust."""
    try:
        return boolean(value)
    except ValueError:
        return text(value)


def access(querystring_auth: object) -> str:
    """django-storages' way to say it: signed URLs, or plain ones."""
    return "private" if boolean(querystring_auth) else "public"


def _json(value: str) -> object:
    try:
        return json.loads(value)
    except ValueError:
        raise ValueError("a dict, or a JSON object") from None
