"""One cloud: its key, its settings, and what it holds."""

from __future__ import annotations

import hashlib
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from medialift.testing.cloudinary import refusals

MB = 1024 * 1024

Place = tuple[str, str, str]
"""Resource type, type of delivery, public id: together they name one asset."""


@dataclass(frozen=True)
class Asset:
    """``version`` is the second in which it was uploaded (Unix time)."""

    resource_type: str
    type: str
    public_id: str
    data: bytes
    format: str
    version: int
    tags: tuple[str, ...] = ()
    asset_id: str = field(default_factory=lambda: secrets.token_hex(16))

    @property
    def place(self) -> Place:
        return self.resource_type, self.type, self.public_id

    @property
    def etag(self) -> str:
        """The MD5 of the stored bytes: https://github.com/cloudinary/cloudinary_wordpress/pull/1252."""
        return hashlib.md5(self.data, usedforsecurity=False).hexdigest()


@dataclass
class Upload:
    """A body that comes in chunks, by its ``X-Unique-Upload-Id``."""

    pieces: dict[int, bytes] = field(default_factory=dict)

    def joined(self) -> bytes | None:
        """All of it, ``None`` while there are gaps."""
        data = b""
        for start in sorted(self.pieces):
            if start != len(data):
                return None
            data += self.pieces[start]
        return data


@dataclass
class Account:
    """A product environment.

    ``withholds``: PDFs and archives are not delivered, as on a new free account. ``largest`` are the
    bytes that one asset may have, by resource type (the free plan's). ``admin_limit`` is how often an
    hour the Admin API may be asked. ``incoming`` changes every image on its way in, as an upload preset
    may. ``strict`` allows signed transformations only. ``honours_ranges``: whether downloads by the API
    come in parts, which nobody documents. ``keeps_backups``: deleted assets leave a placeholder.
    ``clock`` gives Unix time. ``distinct_versions``: an asset that is replaced gets another version,
    however soon.
    """

    cloud: str = "demo-cloud"
    key: str = field(default_factory=lambda: str(10**14 + secrets.randbelow(9 * 10**14)))
    secret: str = field(default_factory=lambda: secrets.token_urlsafe(20))
    algorithm: str = "sha1"
    withholds: bool = True
    strict: bool = False
    honours_ranges: bool = True
    keeps_backups: bool = False
    admin_limit: int = 500
    largest: dict[str, int] = field(default_factory=lambda: {"image": 10 * MB, "video": 100 * MB, "raw": 10 * MB})
    incoming: Callable[[bytes], bytes] = lambda data: data
    clock: Callable[[], float] = time.time
    distinct_versions: bool = False
    assets: dict[Place, Asset] = field(default_factory=dict)
    placeholders: set[Place] = field(default_factory=set)
    uploads: dict[str, Upload] = field(default_factory=dict)
    admin_calls: dict[int, int] = field(default_factory=dict)
    lock: threading.RLock = field(default_factory=threading.RLock)

    def find(self, place: Place) -> Asset:
        """Raises the refusal of one that is not there."""
        found = self.assets.get(place)
        if found is None:
            raise refusals.no_such_resource(place[2])
        return found

    def store(self, asset: Asset, *, overwrites: bool) -> tuple[Asset, bool]:
        """What is there afterwards, and whether it was there before and was kept."""
        with self.lock:
            old = self.assets.get(asset.place)
            if old is not None and not overwrites:
                return old, True
            self.assets[asset.place] = asset
            self.placeholders.discard(asset.place)
            return asset, False

    def rename(self, source: Place, target: Place, *, overwrites: bool) -> Asset:
        """Raises the refusals of one that is not there, and of a name that is taken."""
        with self.lock:
            asset = self.find(source)
            if target in self.assets and not overwrites:
                raise refusals.taken(target[2])
            del self.assets[source]
            self.assets[target] = replace(asset, type=target[1], public_id=target[2])
            return self.assets[target]

    def delete(self, place: Place) -> bool:
        with self.lock:
            if self.assets.pop(place, None) is None:
                return False
            if self.keeps_backups:
                self.placeholders.add(place)
            return True

    def below(self, resource_type: str, type: str, prefix: str) -> Iterator[Place]:
        """Assets and placeholders, sorted by public id."""
        with self.lock:
            places = [*self.assets, *self.placeholders]
        yield from sorted(
            place for place in places if place[:2] == (resource_type, type) and place[2].startswith(prefix)
        )

    def tagged(self, resource_type: str, tag: str) -> list[Place]:
        """Assets of every type of delivery, sorted by public id."""
        with self.lock:
            found = [place for place, asset in self.assets.items() if place[0] == resource_type and tag in asset.tags]
        return sorted(found, key=lambda place: (place[2], place[1]))

    def next_version(self, place: Place) -> int:
        """The second of an upload: https://cloudinary.com/documentation/upload_images."""
        now, old = int(self.clock()), self.assets.get(place)
        return max(now, old.version + 1) if old is not None and self.distinct_versions else now

    def count_admin_call(self) -> int:
        """How many calls this hour still allows. Raises the refusal of one too many."""
        hour = int(self.clock()) // 3600
        with self.lock:
            self.admin_calls[hour] = self.admin_calls.get(hour, 0) + 1
            left = self.admin_limit - self.admin_calls[hour]
        if left < 0:
            raise refusals.too_many_calls(self.admin_limit, (hour + 1) * 3600)
        return left
