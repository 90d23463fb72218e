"""``AWS_*`` names that look like one that is read, and are not: silence would be taken for consent."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from medialift.conf.legacy import PLATFORMS_OWN, REFUSED
from medialift.conf.options import OPTIONS

READ = {setting: option.name for option in OPTIONS for alias in option.aliases for setting in alias.settings}
"""Each name that is read, and the option that it says."""

SDKS_OWN = PLATFORMS_OWN | {
    "AWS_CREDENTIAL_EXPIRATION",
    "AWS_DEFAULT_PROFILE",
    "AWS_DEFAULT_REGION",
    "AWS_ENDPOINT_URL",
    "AWS_ENDPOINT_URL_S3",
    "AWS_PROFILE",
    "AWS_REGION",
}
"""Variables that the platform reads itself, and that are made of the same words.

Source: https://docs.aws.amazon.com/sdkref/latest/guide/environment-variables.html
"""

_KNOWN = {*READ, *(setting for refused in REFUSED for setting in refused.settings)}
_PARTS = [name.split("_")[1:] for name in _KNOWN]
_WORDS = {word for parts in _PARTS for word in parts} | {
    first + second for parts in _PARTS for first, second in pairwise(parts)
}


@dataclass(frozen=True, slots=True)
class Misspelt:
    """``name`` is written, and ``meant`` is the nearest that is read; ``option`` is what that says."""

    name: str
    meant: str
    option: str


def misspelt(settings: Mapping[str, object], environment: Mapping[str, str]) -> tuple[Misspelt, ...]:
    """The names that mean nothing to medialift and were probably meant for an option that nobody says otherwise.

    A name with a word of its own (``AWS_SES_REGION_NAME``, ``AWS_STATIC_LOCATION``) is somebody else's business.
    """
    said = {READ[name] for name in READ if settings.get(name) or environment.get(name)}
    found = (*_unread(settings, frozenset()), *_unread(environment, SDKS_OWN))
    return tuple({slip.name: slip for slip in found if slip.option not in said}.values())


def _unread(names: Mapping[str, object], others: frozenset[str]) -> Iterator[Misspelt]:
    for name in names:
        if not name.startswith("AWS_") or name in _KNOWN or name in others or not _has_only_known_words(name):
            continue
        for meant in difflib.get_close_matches(name, READ, n=1):
            yield Misspelt(name, meant, READ[meant])


def _has_only_known_words(name: str) -> bool:
    return all(difflib.get_close_matches(word, _WORDS, n=1, cutoff=0.8) for word in name.split("_")[1:])
