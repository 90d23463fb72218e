"""How a service narrows what one of its keys may do."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field

from medialift.providers.fact import Fact


class Means(enum.Enum):
    """How a service narrows what one of its keys may do."""

    IAM = "iam"
    """Policies in Amazon's language, prefix and action by action."""
    TOKENS = "tokens"
    """Permission groups on whole buckets."""
    CAPABILITIES = "capabilities"
    """Capabilities of a key, limited to a bucket and to a prefix of its names."""
    ROWS = "rows"
    """Row-level security of the database that lists the objects."""
    PRESETS = "presets"
    """Settings that uploads without a signature have to follow."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessBlock(Fact):
    """Which switches of the public access block shut the site itself out, by Amazon's names: ``harmful``."""

    harmful: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Admin(Fact):
    """The API that makes keys. ``variables`` of the environment hold an administrator's credentials for it.

    ``api`` is its address, and ``api_variable`` the variable by which the provider's own tools are told another
    one. ``hint`` says where such credentials come from.
    """

    variables: tuple[str, ...]
    api: str
    api_variable: str
    hint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Permissions(Fact):
    """What a key can be narrowed to.

    ``roles`` are the permission groups or capabilities, in the service's own words, of the roles ``app``,
    ``doctor``, ``mover``, ``upload`` and ``restore``. ``resource`` is the service's name for one bucket.
    ``unknown_actions`` are those of Amazon's that the service refuses to find in a policy. ``master_keys`` is
    a regular expression of the access key ids that are the account's own, empty if their form tells nothing.
    ``attach``: policies can be given to users and roles through Amazon's IAM API, at the store's own address
    where it has one.
    """

    means: Means
    roles: dict[str, tuple[str, ...]] = field(default_factory=dict)
    resource: str = ""
    unknown_actions: frozenset[str] = frozenset()
    master_keys: str = ""
    attach: bool = False
    tells_expiry: bool = True
    """Whether a token that has run out is answered otherwise than one that may do nothing."""
    admin: Admin | None = None
    """``None`` where no API makes keys, or none that is known here."""
