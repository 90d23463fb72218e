"""What a provider is: how its service differs from the others, read from ``data/<id>.toml``.

Code never asks *which* provider it speaks to, only what the data says of it. Every section of a
file carries the reason of its values and where they come from.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from medialift.providers.fact import Fact
from medialift.providers.permissions import AccessBlock, Permissions
from medialift.providers.prices import Choosing, Prices
from medialift.types import ETag, KeyRules, Traits

DEFAULT_PART_SIZE = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint(Fact):
    """Where the service answers.

    ``templates`` are URLs with parameters (``{region}``, ``{account_id}``); the first is the usual
    one. ``sdk_default``: the SDK knows the endpoint from the region. ``global_names``: a bucket's
    name alone says which bucket it is. ``default_region`` is empty where the region must be told.
    ``place`` names what several endpoints lead to, with the same parameters. ``account_first``: a DSN
    says the account and then the bucket, because a bucket's name means nothing without it. ``jurisdictions``: the
    template of each that has an address of its own. ``continues``: ``Expect: 100-continue`` is answered.
    """

    templates: tuple[str, ...] = ()
    sdk_default: bool = False
    global_names: bool = False
    default_region: str = ""
    addressing: str = "path"
    place: str = ""
    account_first: bool = False
    jurisdictions: dict[str, str] = field(default_factory=dict)
    continues: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Regions(Fact):
    """Where buckets can lie: ``cities`` by region (the nearest large city, as :mod:`medialift.generate.regions`
    spells it). ``of_account``: an account has one of them, and nobody can choose for a bucket."""

    cities: dict[str, str]
    of_account: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Integrity(Fact):
    """What the service checks, and how it is asked.

    ``checksums`` is botocore's setting for both directions. ``checked`` are the digests that the
    *server* compares with a body (see :class:`medialift.types.Traits`).
    """

    checksums: str = "when_required"
    checked: frozenset[str] = frozenset()
    etag: ETag = ETag.OPAQUE


@dataclass(frozen=True, slots=True, kw_only=True)
class Create(Fact):
    """Whether ``If-None-Match: *`` is honoured on a single PUT, and on the end of a multipart upload."""

    put: bool = False
    multipart: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Multipart(Fact):
    """Sizes in bytes. ``equal_parts``: all parts but the last must have one size.

    ``abandoned_days``: after so many days the service itself throws an unfinished upload away; 0 is never, or unknown.
    """

    min_part: int = 5 * 1024**2
    max_part: int = 5 * 1024**3
    max_parts: int = 10_000
    equal_parts: bool = True
    max_object: int | None = None
    threshold: int = 16 * 1024**2
    abandoned_days: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Copying(Fact):
    """Copies within the service. ``decodes_source``: its key is percent-encoded in the header that names the source."""

    decodes_source: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys(Fact):
    """Which keys the service holds exactly as given."""

    rules: KeyRules = field(default_factory=KeyRules)


@dataclass(frozen=True, slots=True, kw_only=True)
class LostHeaders(Fact):
    """Headers that the service takes and drops, by the names of :class:`medialift.types.Headers`."""

    names: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Throttling(Fact):
    """How the service asks for fewer requests: HTTP statuses, and error codes where the status says nothing.

    ``per_second`` is how many requests it takes from one account or for one bucket, if it says so.
    """

    statuses: frozenset[int] = frozenset({429, 503})
    codes: frozenset[str] = frozenset()
    per_second: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Deletion(Fact):
    """Batch deletion: keys per request (1 = no batches), and whether it wants ``Content-MD5`` instead of a checksum.

    ``keeps_versions``: every bucket keeps what is replaced or deleted, whether one wants it or not.
    """

    batch: int = 1000
    content_md5: bool = True
    keeps_versions: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing(Fact):
    """``is_sorted``: keys come in the byte order of their UTF-8 form."""

    is_sorted: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Presigning(Fact):
    """Signed URLs: for which methods, whether for browser forms (POST), and how long at most (seconds)."""

    methods: frozenset[str] = frozenset({"GET", "HEAD", "PUT", "DELETE"})
    post: bool = False
    max_seconds: int = 7 * 24 * 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicUrl(Fact):
    """The plain URL of an object; ``{bucket_url}`` stands for the bucket at its endpoint.

    ``template`` is empty where only a domain of the site's own can serve.
    """

    template: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Buckets(Fact):
    """Creating a bucket: whether the region is sent as ``LocationConstraint``, except for one region that refuses it.

    ``owned_code``: creating one's own bucket again is told apart from taking somebody else's name.
    ``told_by_get``: a download from a missing bucket says so, and not that the key is missing.
    ``has_settings``: there are settings of buckets and sub-resources of objects; where there are none, a request
    about one is taken for a request about the bucket or the object itself.
    """

    location_constraint: bool = False
    unconstrained_region: str = ""
    owned_code: bool = True
    told_by_get: bool = True
    has_settings: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Kinds(Fact):
    """How a service that keeps images and videos apart from other files is told them: by these extensions.

    They are written in small letters and without their dot.
    """

    image: frozenset[str] = frozenset()
    video: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Withheld(Fact):
    """Files that the service takes and does not give to browsers, unless a setting of it allows that: by extension."""

    extensions: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """All that is known of one kind of service."""

    id: str
    label: str
    docs: tuple[str, ...]
    endpoint: Endpoint
    integrity: Integrity
    create: Create
    multipart: Multipart
    keys: Keys
    throttling: Throttling
    deletion: Deletion
    listing: Listing
    presigning: Presigning
    public_url: PublicUrl
    buckets: Buckets
    prices: Prices
    copying: Copying | None = None
    """``None`` where copies are as Amazon's."""
    lost_headers: LostHeaders | None = None
    probing: Fact | None = None
    """Why a service has to be tried before it is written to; ``None`` where its documents settle what it does."""
    regions: Regions | None = None
    """``None`` where they are not known here, or there are none."""
    choosing: Choosing | None = None
    permissions: Permissions | None = None
    """``None`` where it is not known how a key can be narrowed."""
    access_block: AccessBlock | None = None
    kinds: Kinds | None = None
    """``None`` where a file is a file."""
    withheld: Withheld | None = None
    also: tuple[str, ...] = ()
    """What else people write for it; not understood, and told apart from a word that nobody knows."""
    tried: str = ""
    """On what all of this was tried, in a sentence or two for people; empty: on nothing."""
    environment: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Option → the environment variables that customarily hold it, first one first."""
    environment_url: str = ""
    """The environment variable that customarily holds everything in one line, in the service's own form."""

    @property
    def traits(self) -> Traits:
        """What a store of this provider promises before anything was probed."""
        return Traits(
            atomic_create=self.create.put,
            atomic_multipart_create=self.create.multipart,
            etag=self.integrity.etag,
            checked_digests=self.integrity.checked,
            sorted_listing=self.listing.is_sorted,
            lost_headers=self.lost_headers.names if self.lost_headers else frozenset(),
            key_rules=self.keys.rules,
            part_size=min(max(DEFAULT_PART_SIZE, self.multipart.min_part), self.multipart.max_part),
            multipart_threshold=self.multipart.threshold,
        )

    @property
    def harmful_switches(self) -> frozenset[str]:
        """The switches of the public access block that have to stay off, by Amazon's names."""
        return self.access_block.harmful if self.access_block else frozenset()

    def endpoint_parameters(self, url: str) -> dict[str, str]:
        """The parameters of the template that made *url*: ``{"region": "us-west-004"}``; empty if none did."""
        for template in self.endpoint.templates:
            found = re.fullmatch(_as_pattern(template), url.rstrip("/"))
            if found:
                return found.groupdict()
        return {}

    def place_of(self, url: str) -> str:
        """The one name of what *url* leads to, empty if it has none but its address."""
        parameters = self.endpoint_parameters(url) if self.endpoint.place else {}
        return self.endpoint.place.format(**parameters) if parameters else ""


def _as_pattern(template: str) -> str:
    """A regular expression with one named group for each parameter; a parameter never holds a dot or a slash."""
    pieces = re.split(r"\{(\w+)\}", template)
    return "".join(f"(?P<{piece}>[^/.]+)" if number % 2 else re.escape(piece) for number, piece in enumerate(pieces))
