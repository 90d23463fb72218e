"""What is asked for, what the site is, and what is proposed."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from dataclasses import dataclass, field

from medialift.errors import ConfigError
from medialift.generate.rollout import Platform
from medialift.providers import Provider


@dataclass(frozen=True, slots=True)
class Environment:
    """One deployment of the site (``prod``, ``staging``), with a bucket of its own."""

    name: str
    bucket: str


@dataclass(frozen=True, slots=True)
class Choices:
    """Where the media are to lie. ``access`` is ``private`` or ``public``; no value is a secret.

    Raises :class:`~medialift.errors.ConfigError` for environments that would share a bucket.
    """

    provider: Provider
    environments: tuple[Environment, ...]
    prefix: str = "media"
    region: str = ""
    endpoint_url: str = ""
    account_id: str = ""
    access: str = "private"
    static: bool = False

    def __post_init__(self) -> None:
        buckets = [environment.bucket for environment in self.environments]
        if len(set(buckets)) < len(buckets):
            hint = "Write {env} into the bucket's name: --bucket 'myapp-{env}-media'."
            raise ConfigError("several environments would share one bucket", hint=hint)

    def options(self, environment: Environment, *, prefix: str | None = None) -> dict[str, str]:
        """medialift's own options of one environment's storage."""
        return {
            "provider": self.provider.id,
            "bucket": environment.bucket,
            "prefix": self.prefix if prefix is None else prefix,
            "account_id": self.account_id,
            "region": self.region,
            "endpoint_url": self.endpoint_url,
            "access": self.access if self.access != "private" else "",
        }


@dataclass(frozen=True, slots=True)
class Site:
    """What the site is. ``read`` gives the text of a file below the project's root, ``None`` if there is none.

    ``settings`` is the settings module's path (empty if it is no file of the project). ``storages`` says that
    the settings have a ``STORAGES`` of their own, ``on_disk`` that ``default`` is Django's own storage on a disk,
    and ``media`` is the folder of uploads below the root (empty if it lies elsewhere).
    """

    read: Callable[[str], str | None]
    settings: str
    storages: bool
    on_disk: bool
    media: str
    platform: Platform
    installed: bool = False
    extra: str = "s3"


@dataclass(frozen=True, slots=True)
class Edit:
    """One file as it is to be. ``before`` is what it holds now (``None``: there is no such file)."""

    path: str
    before: str | None
    after: str

    @property
    def diff(self) -> str:
        """The change in unified form; empty if there is none."""
        before, after = (self.before or "").splitlines(keepends=True), self.after.splitlines(keepends=True)
        old = "/dev/null" if self.before is None else f"a/{self.path}"
        lines = difflib.unified_diff(before, after, old, f"b/{self.path}")
        return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


@dataclass(frozen=True, slots=True)
class Manual:
    """Something that only a person can do: ``text`` is to be typed or pasted, ``why`` it is not done here."""

    what: str
    text: str
    why: str


@dataclass(frozen=True, slots=True)
class Proposals:
    edits: tuple[Edit, ...] = ()
    manual: tuple[Manual, ...] = field(default=())


def appended(before: str | None, lines: str) -> str:
    """*before* with *lines* after it, in its own line ends."""
    text = before or ""
    end = "\r\n" if "\r\n" in text else "\n"
    if text and not text.endswith("\n"):
        text += end
    return text + lines.replace("\n", end)
