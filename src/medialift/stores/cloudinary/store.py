"""Cloudinary as a store, through httpx."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from medialift.errors import InvalidKeyError, StoreError, UnsupportedError
from medialift.providers import Provider
from medialift.stores.base import Body, Download
from medialift.stores.bound import BoundToProcess
from medialift.stores.cloudinary import uploads
from medialift.stores.cloudinary.client import Requests
from medialift.stores.cloudinary.deleting import delete, delete_many
from medialift.stores.cloudinary.kinds import Kind, extension_of
from medialift.stores.cloudinary.limits import PlanLimits, plan_limits
from medialift.stores.cloudinary.listing import listed
from medialift.stores.cloudinary.place import credentials_of
from medialift.stores.cloudinary.probing import probe
from medialift.stores.cloudinary.reading import find, open_object
from medialift.stores.cloudinary.strays import Strays
from medialift.stores.cloudinary.urls import AUTOMATIC, Addresses, transformation
from medialift.stores.cloudinary.writing import Writer
from medialift.stores.headers import kept_headers
from medialift.stores.keycheck import check_key, check_prefix, traits_below
from medialift.stores.probe import Probed, traits_of
from medialift.stores.spec import StoreSpec
from medialift.stores.uploading import UploadRequest
from medialift.types import NO_HEADERS, Headers, ObjectInfo, Stored, Traits, Unlisted


class CloudinaryStore(BoundToProcess):
    """One cloud, one type of delivery, and a prefix. Safe to share between threads, and to use again after a fork.

    A key is the public id. Images and videos are stored as such, by their extension, unless the service
    refuses them; all else is a file. Headers are not kept: the service tells types by extensions.

    Opening sends nothing. Raises :class:`~medialift.errors.ConfigError` if the cloud or its key is not known.
    """

    def __init__(self, spec: StoreSpec, provider: Provider, *, traits: Traits | None = None) -> None:
        self._spec, self._provider = spec, provider
        self.requests = Requests(spec, provider)
        self.place = self.requests.place
        self.identity = self.place.identity
        self.traits = traits_below(self.place.prefix, replace(traits or provider.traits, keeps_headers=False))
        self._strays = Strays(self.requests)
        self._writer = Writer(self.requests, self.traits, self._strays)
        secret, algorithm = credentials_of(spec).secret_access_key, spec.delivery.algorithm
        self._addresses = Addresses(
            self.requests, self._strays, secret, algorithm, spec.custom_domain, spec.url_protocol
        )

    def put(
        self, key: str, body: Body, *, headers: Headers = NO_HEADERS, if_absent: bool = False, md5: bytes | None = None
    ) -> Stored:
        self._check("put", key)
        where = self.requests.where("put", key)
        if if_absent:
            raise UnsupportedError(
                "Cloudinary does not say whether of two creations of one object only one succeeds",
                hint="Give the object a name that nobody else has.",
                **where,
            )
        kept_headers(headers, self.traits, **where)
        return self._writer.put(key, body, md5)

    def get(self, key: str, *, start: int = 0, length: int | None = None, if_match: str | None = None) -> Download:
        self._check("get", key)
        return open_object(self.requests, key, start=start, length=length, if_match=if_match)

    def head(self, key: str) -> ObjectInfo:
        self._check("head", key)
        return find(self.requests, "head", key).info

    def delete(self, key: str) -> None:
        self._check("delete", key)
        delete(self.requests, key)

    def delete_many(self, keys: Iterable[str]) -> Iterator[StoreError]:
        return delete_many(self.requests, keys, self.traits.key_rules)

    def list(self, prefix: str = "", *, after: str = "") -> Iterator[ObjectInfo]:
        beyond = after.encode()
        for info in self._entries(prefix):
            if info.key.encode() > beyond and not self._fault(info.key):
                yield info

    def unlisted(self, prefix: str = "") -> Iterator[Unlisted]:
        """Assets that other programs have put there, under public ids that no key is."""
        for info in self._entries(prefix):
            if fault := self._fault(info.key):
                yield Unlisted(self.place.public_id(info.key), fault)

    # ── addresses ────────────────────────────────────────────────────────────────────────────

    def public_url(self, key: str) -> str:
        """The CDN's address; with the signature, which never expires, where the type of delivery needs one."""
        self._check("public_url", key)
        return self._addresses.delivered(key)

    def bare_url(self, key: str) -> str:
        self._check("bare_url", key)
        return self._addresses.delivered(key, signs=False)

    def signed_url(
        self,
        key: str,
        *,
        expires: timedelta,
        method: str = "GET",
        now: datetime | None = None,
        filename: str | None = None,
        content_type: str | None = None,
    ) -> str:
        """The API's own address of the original, which is no CDN's. Raises ``ValueError`` for another name or type."""
        self._check("signed_url", key)
        methods = self._provider.presigning.methods
        if method not in methods:
            raise ValueError(f"Cloudinary signs {', '.join(sorted(methods))}, not {method}")
        if content_type is not None:
            raise ValueError("Cloudinary tells a file's type by its extension, and no other")
        return self._addresses.signed(key, expires=expires, now=now, filename=filename)

    def upload_request(
        self, key: str, *, size: int, content_type: str, expires: timedelta, now: datetime | None = None
    ) -> UploadRequest:
        """The service looks at no size, and at no type but that of the key's extension."""
        self._check("upload_request", key)
        return uploads.upload_request(self.requests, key, expires=expires, now=now)

    def takes_upload(self, size: int) -> bool:
        """All but an empty file, which the service refuses."""
        return size > 0

    def chunk_size(self) -> int:
        return self.traits.part_size

    def telling_extension(self, name: str) -> str:
        return "" if self.place.kind(name) is Kind.RAW else extension_of(name).lower()

    def move_within(self, source: str, target: str, *, if_match: str) -> None:
        self._check("get", source)
        self._check("put", target)
        if uploads.move_within(self.requests, source, target, if_match=if_match) is not self.place.kind(target):
            self._strays.add(target)

    def image_url(
        self,
        key: str,
        *,
        width: int | None = None,
        height: int | None = None,
        resize: str | None = None,
        quality: int | None = None,
        format: str | None = None,
        focus: tuple[float, float] | None = None,
        expires: timedelta | None = None,
        now: datetime | None = None,
    ) -> str:
        """Always signed, so that it works where only signed transformations are allowed; it never expires.

        Raises ``ValueError`` with *expires*, which needs a token of the larger plans, and for what is no image.
        """
        self._check("image_url", key)
        if expires is not None:
            raise ValueError("an address of a transformed image does not expire at Cloudinary")
        if self.place.kind(key) is Kind.RAW:
            raise ValueError(f"{key!r} is no image to Cloudinary, by its extension")
        if key in self._strays:
            raise ValueError(f"{key!r} was refused as an image, and is kept as a file")
        chosen = format == AUTOMATIC
        wishes = transformation(
            width=width, height=height, resize=resize, quality=quality, focus=focus, automatic=chosen
        )
        return self._addresses.delivered(key, transformation=wishes, format="" if chosen else format or "", signs=True)

    # ── the store itself ─────────────────────────────────────────────────────────────────────

    def probe(self, *, stop: threading.Event | None = None) -> Probed | None:
        """Try what this account does, in about 20 requests and a few bytes."""
        return probe(self, lambda: self.requests.sent, stop or threading.Event())

    def limits(self) -> PlanLimits:
        """What the account's plan takes. Costs one call of the Admin API."""
        return plan_limits(self.requests)

    def as_probed(self, probed: Probed) -> CloudinaryStore:
        return CloudinaryStore(self._spec, self._provider, traits=traits_of(probed, self._provider.traits))

    def at_prefix(self, prefix: str) -> CloudinaryStore:
        """The same cloud with the same keys, and another prefix."""
        return CloudinaryStore(replace(self._spec, prefix=prefix), self._provider)

    def close(self) -> None:
        self.requests.close()

    # ── keys ─────────────────────────────────────────────────────────────────────────────────

    def _entries(self, prefix: str) -> Iterator[ObjectInfo]:
        check_prefix(prefix, self.traits.key_rules, operation="list", store=str(self.identity))
        return listed(self.requests, self.place.folder(prefix))

    def _check(self, operation: str, key: str) -> None:
        check_key(key, self.traits.key_rules, operation=operation, store=str(self.identity))

    def _fault(self, key: str) -> str:
        try:
            self._check("list", key)
        except InvalidKeyError as error:
            return error.reason
        return ""
