"""The ledger's tables: moves, their pairs of stores, one compact row per file, and what holds for the whole site.

An item takes at most 250 bytes plus twice its name, indexes included, on SQLite and PostgreSQL once
the database is compacted; ``tests/test_ledger_size.py`` holds it to that. Hence small integers for
what has few values, raw digests, NULL for what another column already tells, and the columns in the
order in which PostgreSQL packs them best (widest first, those of varying length last).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

from medialift.types import StoreIdentity

if TYPE_CHECKING:
    AnyBinaryField = models.BinaryField[Any, Any]
else:
    AnyBinaryField = models.BinaryField


class DigestField(AnyBinaryField):
    """``max_length`` raw bytes that can be indexed everywhere, also where a BLOB cannot (MySQL, MariaDB)."""

    def db_type(self, connection: BaseDatabaseWrapper) -> str | None:
        return f"binary({self.max_length})" if connection.vendor == "mysql" else super().db_type(connection)


class Move(models.Model):
    """One migration between stores, or its way back (``parent`` is the move that it undoes)."""

    class Kind(models.TextChoices):
        MIGRATE = "migrate"
        BACK = "back"

    class State(models.TextChoices):
        OPEN = "open"
        FINISHED = "finished"

    public_id = models.CharField(max_length=16, unique=True)
    kind = models.CharField(max_length=16, choices=Kind.choices)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="ways_back")
    state = models.CharField(max_length=16, choices=State.choices, default=State.OPEN)
    started = models.DateTimeField()
    updated = models.DateTimeField()
    finished = models.DateTimeField(null=True)
    options = models.JSONField(default=dict)
    counts = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"{self.kind} {self.public_id}"


class StorePair(models.Model):
    """A source and a target of one move, known by what they are and never by an alias.

    ``digest`` tells apart kind of move, parent, source and target: there is one ledger for each.
    ``generation`` counts the batches that recorded copies: whoever finds the same number again has missed none.
    """

    id = models.SmallAutoField(primary_key=True)
    move = models.ForeignKey(Move, models.CASCADE, related_name="pairs")
    digest = DigestField(max_length=20, unique=True)
    source_identity = models.JSONField()
    target_identity = models.JSONField()
    updated = models.DateTimeField()
    generation = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.source} → {self.target}"

    @property
    def source(self) -> StoreIdentity:
        return StoreIdentity(**self.source_identity)

    @property
    def target(self) -> StoreIdentity:
        return StoreIdentity(**self.target_identity)


class FieldLabel(models.Model):
    """A number for ``app_label.Model.field``, because every item would repeat the words."""

    id = models.SmallAutoField(primary_key=True)
    label = models.CharField(max_length=255, unique=True)

    def __str__(self) -> str:
        return self.label


class Item(models.Model):
    """One file of a move, by the digest of its name; :mod:`medialift.ledger.codec` reads and writes it.

    Text is kept as UTF-8 bytes in which lone surrogates pass: names are then exact to the code point
    whatever the database's character set and collation, and PostgreSQL's text has no place for NUL
    or for the surrogates that stand for the bytes of file names that are not UTF-8.

    ``size`` and ``fingerprint`` are those of the source when it was copied, or planned where it was
    never copied; the ``next_`` ones wait beside them while a changed file is to be copied again.
    ``key`` is NULL where it equals the name, ``etag`` where it is the hexadecimal ``md5``. ``rows``
    counts the database rows that name the file: ``"3 7:2"`` is one in field 3 and two in field 7.
    ``todo``, ``state`` and ``proof`` hold the codec's numbers, ``updated`` seconds since 1970 (UTC).
    ``gen`` is the seqlock generation that writes during a live move need.
    """

    id = models.BigAutoField(primary_key=True)
    size = models.BigIntegerField()
    next_size = models.BigIntegerField(null=True)
    part_size = models.BigIntegerField(null=True)
    gen = models.BigIntegerField(default=0)
    updated = models.BigIntegerField()
    pair = models.ForeignKey(StorePair, models.CASCADE, related_name="items", db_index=False)
    state = models.SmallIntegerField()
    todo = models.SmallIntegerField(null=True)
    proof = models.SmallIntegerField(null=True)
    name_digest = DigestField(max_length=20)
    name = models.BinaryField()
    key = models.BinaryField(null=True)
    sha256 = DigestField(max_length=32, null=True)
    md5 = DigestField(max_length=16, null=True)
    etag = models.BinaryField(null=True)
    version = models.BinaryField(null=True)
    fingerprint = models.BinaryField()
    next_fingerprint = models.BinaryField(null=True)
    rows = models.BinaryField(null=True)
    reason = models.BinaryField(null=True)
    error = models.BinaryField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["pair", "name_digest"], name="medialift_item_unique_name"),)

    def __str__(self) -> str:
        return bytes(self.name).decode("utf-8", "backslashreplace")


class RowChange(models.Model):
    """One change of a row of the site, written down before it is made; the rows of a move in order of ``id``.

    ``row`` is the primary key as text (a JSON list where it has several columns), ``old`` and ``new``
    are names; all three are kept as an item's text is. ``state`` is a :class:`~medialift.types.Fate`.
    Nothing here is ever overwritten but the state: what was done stays readable, also after it was undone.
    """

    id = models.BigAutoField(primary_key=True)
    updated = models.BigIntegerField()
    move = models.ForeignKey(Move, models.CASCADE, related_name="row_changes", db_index=False)
    field = models.ForeignKey(FieldLabel, models.PROTECT, related_name="+")
    state = models.SmallIntegerField()
    row = models.BinaryField()
    old = models.BinaryField()
    new = models.BinaryField()

    class Meta:
        indexes = (models.Index(fields=["move", "state", "id"], name="medialift_row_change_state"),)

    def __str__(self) -> str:
        old, new = (bytes(name).decode("utf-8", "backslashreplace") for name in (self.old, self.new))
        return f"{old} → {new}"


class Shard(models.Model):
    """A range of one pair's items that one worker copies, and the worker's lease on it.

    ``first`` and ``last`` are ids of items, both included. ``token`` counts the leases: whoever holds
    an older one is refused (a fencing token), so that a worker that was thought dead changes nothing
    when it wakes. ``until`` is the lease's end by the database's clock, the one that all workers share.
    """

    class State(models.IntegerChoices):
        OPEN = 1
        LEASED = 2
        DONE = 3

    id = models.BigAutoField(primary_key=True)
    pair = models.ForeignKey(StorePair, models.CASCADE, related_name="shards")
    first = models.BigIntegerField()
    last = models.BigIntegerField()
    files = models.BigIntegerField()
    bytes = models.BigIntegerField()
    files_done = models.BigIntegerField(default=0)
    bytes_done = models.BigIntegerField(default=0)
    state = models.SmallIntegerField(choices=State.choices, default=State.OPEN)
    token = models.BigIntegerField(default=0)
    failures = models.SmallIntegerField(default=0)
    stopping = models.BooleanField(default=False)
    worker = models.CharField(max_length=128, default="")
    until = models.DateTimeField(null=True)
    error = models.TextField(default="")

    def __str__(self) -> str:
        return f"items {self.first} to {self.last}"


class ProbeResult(models.Model):
    """What the latest probe of one store found; ``digest`` is that of the store's identity.

    Only a memory: without it, or once it is too old, what the provider's data says is in force.
    """

    id = models.SmallAutoField(primary_key=True)
    digest = DigestField(max_length=20, unique=True)
    at = models.DateTimeField()
    result = models.JSONField()

    def __str__(self) -> str:
        return f"{StoreIdentity(**self.result['identity'])} at {self.at.isoformat(' ', 'minutes')}"


class Switch(models.Model):
    """Since when the site works at the target of a move, and how its checks have ended since.

    ``ended`` is set once the site was found at home again; a later switch begins to count anew.
    """

    move = models.OneToOneField(Move, models.CASCADE, related_name="switch")
    at = models.DateTimeField()
    ended = models.DateTimeField(null=True)
    checked = models.DateTimeField(null=True)
    passed = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.move} at {self.at.isoformat(' ', 'minutes')}"


class Freeze(models.Model):
    """Its one row (``id`` 1) is there while uploads are frozen. ``retry_after`` is in seconds."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    since = models.DateTimeField()
    retry_after = models.PositiveIntegerField()
    reason = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return f"frozen since {self.since.isoformat(' ', 'minutes')}"
