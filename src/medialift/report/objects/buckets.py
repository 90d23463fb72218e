"""What the verbs print that look at a bucket or set it up."""

from __future__ import annotations

from typing import Literal, TypedDict

from medialift.report.objects.parts import StorePlace


class CheckObject(TypedDict):
    """How one check of ``doctor`` ended; one object for each thing that it found.

    ``alias`` is empty for checks of the site itself, ``level`` (error, warning) and ``hint`` for all
    that are no finding. ``message`` is what was found, or why nothing can be said.
    """

    type: Literal["check"]
    id: str
    alias: str
    about: str
    state: str
    level: str
    message: str
    hint: str


class DoctorObject(TypedDict):
    """The last line of ``doctor``: how many checks ended in each state."""

    type: Literal["doctor"]
    ok: int
    findings: int
    unknown: int
    not_applicable: int


class WatchChangeObject(TypedDict):
    """A finding of ``doctor --watch`` that has begun, or has ended; then ``message`` and ``hint`` are empty."""

    type: Literal["watch_change"]
    at: str
    began: bool
    id: str
    alias: str
    about: str
    message: str
    hint: str


class WatchRoundObject(TypedDict):
    """One round of ``doctor --watch``: when it ended, how long it took, how many checks ended in each state."""

    type: Literal["watch_round"]
    at: str
    round: int
    seconds: float
    ok: int
    findings: int
    unknown: int
    not_applicable: int


class PolicyObject(TypedDict):
    """What ``policy`` generated; ``file`` is where it was written, or empty."""

    type: Literal["policy"]
    kind: str
    alias: str
    text: str
    file: str


class SettingObject(TypedDict):
    """A setting of a bucket, or the policy of a user, that ``policy --apply`` will make or has made.

    ``state`` is ``planned``, ``applied`` or ``unsupported`` (the service lacks it). ``live`` and ``wanted``
    are JSON of the API; ``live`` is empty if nothing is set.
    """

    type: Literal["setting"]
    setting: str
    state: str
    live: str
    wanted: str


class RowFindingObject(TypedDict):
    """One fault of the live row-level security; ``subject`` is the bucket or the policy that has it."""

    type: Literal["row_finding"]
    id: str
    subject: str
    message: str


class RowFindingsObject(TypedDict):
    """The last line of ``policy rls --check``."""

    type: Literal["row_findings"]
    policies: int
    findings: int


class ProbeAnswerObject(TypedDict):
    """One answer of ``probe``: ``verdict`` is yes, no, ignored or unknown; ``names`` what it is about, if not all."""

    type: Literal["probe_answer"]
    subject: str
    verdict: str
    evidence: str
    names: list[str]


class ProbeObject(TypedDict):
    """The last line of ``probe``: with which traits the store is used from now on.

    ``problems`` is what its provider is known for and it does not do; ``left_behind`` are keys of the
    bucket that could not be removed.
    """

    type: Literal["probe"]
    store: StorePlace
    at: str
    believed_until: str
    requests: int
    atomic_create: bool
    atomic_multipart_create: bool
    etag: str
    checked_digests: list[str]
    sorted_listing: bool
    lost_headers: list[str]
    unknown: list[str]
    problems: list[str]
    left_behind: list[str]
    remembered: bool


class ForgottenObject(TypedDict):
    """What ``probe --forget`` did: whether something was known of the store."""

    type: Literal["forgotten"]
    store: StorePlace
    found: bool
