"""Supabase Storage by its REST API, through httpx."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from medialift.errors import BucketNotFoundError, InvalidKeyError, StoreError, UnsupportedError
from medialift.providers import Provider
from medialift.stores.base import Body, Download, Folder
from medialift.stores.bound import BoundToProcess
from medialift.stores.headers import kept_headers
from medialift.stores.keycheck import check_key, check_prefix, traits_below
from medialift.stores.probe import Probed, traits_of
from medialift.stores.spec import StoreSpec
from medialift.stores.supabase.bucket import BucketDoor, BucketInfo
from medialift.stores.supabase.client import Requests
from medialift.stores.supabase.deleting import delete, delete_many
from medialift.stores.supabase.headers import info_of_entry
from medialift.stores.supabase.limits import BucketLimits
from medialift.stores.supabase.listing import pages
from medialift.stores.supabase.probing import probe
from medialift.stores.supabase.reading import describe, open_object
from medialift.stores.supabase.uploads import Uploads
from medialift.stores.supabase.urls import Addresses, SignedUpload, image_wishes
from medialift.stores.supabase.writing import Writer
from medialift.stores.uploading import Resumable, UploadRequest
from medialift.types import NO_HEADERS, Headers, ObjectInfo, Stored, Traits, Unlisted


class SupabaseStore(BoundToProcess):
    """One bucket plus prefix. Safe to share between threads, and to use again after a fork.

    With a service key it sees everything; with the anon key beside it, it reads a public bucket with that
    one. With a user's token, what policies hide from that user is as if absent. With the anon key alone,
    where the service cannot tell "hidden" from "absent", it says so instead of guessing. Creating an object
    only where there is none is not to be had here.

    Opening sends nothing. Raises :class:`~medialift.errors.ConfigError` if the bucket, the project or
    a key is not known, or if the anon key stands where the service key should.
    """

    def __init__(self, spec: StoreSpec, provider: Provider, *, traits: Traits | None = None) -> None:
        self._spec, self._provider = spec, provider
        self.requests = Requests(spec, provider)
        self.place = self.requests.place
        self.identity = self.place.identity
        self.traits = traits_below(self.place.prefix, traits or provider.traits)
        self._door = BucketDoor(self.requests)
        self._writer = Writer(self.requests, self._door, self.traits)
        self._addresses = Addresses(
            self.requests, self._door, spec.api_keys.jwt_secret, spec.custom_domain, spec.url_protocol
        )
        self._uploads = Uploads(self.requests, self._door, self._addresses, self.traits)

    def put(
        self, key: str, body: Body, *, headers: Headers = NO_HEADERS, if_absent: bool = False, md5: bytes | None = None
    ) -> Stored:
        self._check("put", key)
        where = self.requests.where("put", key)
        if if_absent:
            raise UnsupportedError(
                "Supabase cannot create an object only where there is none: of two at once, both succeed",
                hint="Give the object a name that nobody else has.",
                **where,
            )
        return self._writer.put(key, body, kept_headers(headers, self.traits, **where), md5)

    def get(self, key: str, *, start: int = 0, length: int | None = None, if_match: str | None = None) -> Download:
        self._check("get", key)
        return open_object(self.requests, self._door, key, start=start, length=length, if_match=if_match)

    def head(self, key: str) -> ObjectInfo:
        self._check("head", key)
        return describe(self.requests, self._door, "head", key)

    def delete(self, key: str) -> None:
        self._check("delete", key)
        delete(self.requests, self._door, key)

    def delete_many(self, keys: Iterable[str]) -> Iterator[StoreError]:
        return delete_many(self.requests, self._door, keys, self.traits.key_rules)

    def list(self, prefix: str = "", *, after: str = "") -> Iterator[ObjectInfo]:
        beyond = after.encode()
        for key, entry in self._entries(prefix):
            if key.encode() > beyond and not self._fault(key):
                yield info_of_entry(key, entry)

    def unlisted(self, prefix: str = "") -> Iterator[Unlisted]:
        """Objects that no key names: the placeholders that the dashboard makes of empty folders, and the like."""
        for key, _ in self._entries(prefix):
            if fault := self._fault(key):
                yield Unlisted(self.place.full_key(key), fault)

    def list_folder(self, prefix: str = "") -> Folder:
        self._check_prefix(prefix)
        folder, folders, objects = self.place.folder(prefix), [], []
        for page in pages(self.requests, self._door, folder, delimiter=True):
            folders += [entry["name"][len(folder) :].rstrip("/") for entry in page["folders"]]
            found = ((self.place.key(entry["name"]), entry) for entry in page["objects"])
            objects += [info_of_entry(key, entry) for key, entry in found if not self._fault(key)]
        return Folder(tuple(name for name in folders if name), tuple(objects))

    # ── addresses ────────────────────────────────────────────────────────────────────────────

    def public_url(self, key: str) -> str:
        self._check("public_url", key)
        return self._addresses.public(key)

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
        """Signed here if the project's JWT secret is known; else by one request, which needs the object to exist.

        Raises ``ValueError`` for what no token can say: another method (see :meth:`signed_upload`), or
        another type. Without the secret also ``NotFoundError``.
        """
        self._check("signed_url", key)
        return self._addresses.signed(
            key, expires=expires, method=method, now=now, filename=filename, content_type=content_type
        )

    def signed_urls(self, keys: Iterable[str], *, expires: timedelta, now: datetime | None = None) -> Mapping[str, str]:
        checked = list(keys)
        for key in checked:
            self._check("signed_url", key)
        return self._addresses.signed_many(checked, expires, now)

    def signed_upload(self, key: str, *, overwrite: bool = False) -> SignedUpload:
        """Where a browser may send one object without any key, for as long as the server is set to (2 hours).

        The token says nothing of size or type, and may be used more than once with *overwrite*.
        Costs one request. Raises ``AlreadyExistsError``.
        """
        self._check("signed_upload", key)
        return self._addresses.upload(key, overwrite=overwrite)

    def upload_request(
        self, key: str, *, size: int, content_type: str, expires: timedelta, now: datetime | None = None
    ) -> UploadRequest:
        """Costs one request. The service looks at no size, and sets the time itself: two hours, on the hosted one.

        Raises ``AlreadyExistsError`` if the object is there already.
        """
        self._check("upload_request", key)
        return self._uploads.whole(key, content_type)

    def takes_upload(self, size: int) -> bool:
        return True

    def begin_resumable(self, key: str, *, size: int, content_type: str) -> str:
        self._check("put", key)
        return self._uploads.begin(key, size, content_type)

    def resumable(self, key: str, upload: str) -> Resumable:
        self._check("upload_request", key)
        return self._uploads.resumable(key, upload)

    def resumable_offset(self, key: str, upload: str) -> int:
        self._check("get", key)
        return self._uploads.offset(key, upload)

    def end_resumable(self, key: str, upload: str) -> None:
        self._check("delete", key)
        self._uploads.end(key, upload)

    def copy_within(self, source: str, target: str, *, size: int, if_match: str, headers: Headers) -> None:
        self._check("get", source)
        self._check("put", target)
        kept = kept_headers(headers, self.traits, **self.requests.where("put", target))
        self._uploads.copy_within(source, target, if_match=if_match, headers=kept)

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
        """With *expires* it costs a request, unless the project's JWT secret is at hand."""
        self._check("image_url", key)
        if focus is not None:
            raise ValueError("Supabase crops around the middle of an image, and around no other point")
        wishes = image_wishes(width=width, height=height, resize=resize, quality=quality, format=format)
        return self._addresses.image(key, wishes, expires, now)

    # ── the bucket ───────────────────────────────────────────────────────────────────────────

    def make_bucket(self) -> None:
        """Create the bucket, as a private one."""
        self._door.make()

    def bucket(self) -> BucketInfo:
        """What the bucket is and takes. Raises ``BucketNotFoundError``, to all but the service key."""
        return self._door.info()

    def is_public(self) -> bool:
        """Whether everybody may read the bucket. Raises ``BucketNotFoundError``, to all but the service key."""
        return self.bucket().public

    def limits(self) -> BucketLimits:
        """What the bucket takes, as far as the key may see it."""
        try:
            return BucketLimits(self.place.bucket, self.bucket())
        except BucketNotFoundError:
            return BucketLimits(self.place.bucket, None)

    def probe(self, *, stop: threading.Event | None = None) -> Probed | None:
        """Try what this project's server does, in about 30 requests and a few bytes."""
        return probe(self, lambda: self.requests.sent, stop or threading.Event())

    def as_probed(self, probed: Probed) -> SupabaseStore:
        return SupabaseStore(self._spec, self._provider, traits=traits_of(probed, self._provider.traits))

    def at_prefix(self, prefix: str) -> SupabaseStore:
        """The same bucket with the same keys, and another prefix."""
        return SupabaseStore(replace(self._spec, prefix=prefix), self._provider)

    def close(self) -> None:
        self.requests.close()

    # ── keys ─────────────────────────────────────────────────────────────────────────────────

    def _entries(self, prefix: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """What the service lists, by the store's keys."""
        self._check_prefix(prefix)
        for page in pages(self.requests, self._door, self.place.folder(prefix)):
            for entry in page["objects"]:
                yield self.place.key(entry["name"]), entry

    def _check(self, operation: str, key: str) -> None:
        check_key(key, self.traits.key_rules, operation=operation, store=str(self.identity))

    def _check_prefix(self, prefix: str) -> None:
        check_prefix(prefix, self.traits.key_rules, operation="list", store=str(self.identity))

    def _fault(self, key: str) -> str:
        try:
            self._check("list", key)
        except InvalidKeyError as error:
            return error.reason
        return ""
