"""The bulk lane of a move: S3 through obstore, a tenth of boto3's work per small object.

It carries what it carries well: bodies up to the multipart threshold, downloads and descriptions,
under the keys and headers that it sends unchanged. Everything else takes the boto3 lane of the same
place, unseen: larger bodies (obstore can neither make a multipart upload conditional nor prove its
parts), keys with an empty segment or a control character, listings (obstore would fold ``/a`` and
``a/`` into ``a``) and deletions (it stops at the first key that fails).
"""

from __future__ import annotations

import dataclasses
import hashlib
import time
from collections.abc import Iterable, Iterator, Mapping
from itertools import count
from typing import Any

import obstore

from medialift.errors import (
    CredentialsError,
    DigestMismatchError,
    NotFoundError,
    PreconditionError,
    StoreError,
    WrongRegionError,
)
from medialift.stores.base import Body, Download, HasBulkLane, Lister
from medialift.stores.bodies import Buffers, begin
from medialift.stores.bound import BoundToProcess
from medialift.stores.download import BodyDownload, Failures
from medialift.stores.express import Express
from medialift.stores.s3.bulk_body import Chunks
from medialift.stores.s3.bulk_errors import DRIVER_ERRORS, answer_of, is_beyond_driver, translate, truncation
from medialift.stores.s3.create import Creation, nonce_for
from medialift.stores.s3.express import S3Express, S3Route
from medialift.stores.s3.headers import NONCE, bare, headers_from
from medialift.stores.s3.multipart import names_other_md5
from medialift.stores.s3.native import NativeSource, refuse_forked
from medialift.stores.s3.plain import ATTRIBUTES, PlainHeaders, PlainKeys
from medialift.stores.s3.store import S3Store
from medialift.stores.wrappers.retry import Backoff
from medialift.types import NO_HEADERS, ETag, Headers, ObjectInfo, Stored

CHUNK = 1024 * 1024
"""Bytes that a download hands over at once."""

_PARAMETERS = {attribute: parameter for parameter, attribute in ATTRIBUTES.items()}
SENT_DIGESTS = frozenset({"payload-sha256"})
"""obstore signs the body, and can send no ``Content-MD5``."""


class S3BulkStore(BoundToProcess):
    """The place of *lane*, for one process that moves many objects from threads.

    Only the synchronous API of obstore is used: it releases the GIL, and the other one aborts about
    one process in ten at its end. Any use in a child of a process that has used obstore raises
    :class:`~medialift.errors.ForkedStoreError` at once. Abilities are those of the lane.
    """

    lacks = frozenset({HasBulkLane})

    def __init__(self, lane: S3Store, *, connections: int) -> None:
        self.inner = lane
        self.identity = lane.identity
        checked = lane.traits.checked_digests & SENT_DIGESTS
        self.traits = dataclasses.replace(lane.traits, checked_digests=checked)
        self._place = lane.place
        self._name = str(lane.identity)
        self._backoff = Backoff(lane.source.settings.max_attempts, first=0.1, longest=15.0)
        self._buffers = Buffers(self.traits.part_size)
        self._headers = PlainHeaders(lane.traits, lane.object_parameters, self._name)
        self._keys = PlainKeys(lane.place.prefix, self.traits.key_rules, self._name)
        self._native = NativeSource(
            lane.source, connections=connections, largest_upload=self.traits.multipart_threshold
        )

    def put(
        self, key: str, body: Body, *, headers: Headers = NO_HEADERS, if_absent: bool = False, md5: bytes | None = None
    ) -> Stored:
        lane = self._lane()
        nonce = nonce_for(headers) if if_absent else ""
        attributes = self._attributes(headers, nonce)
        if attributes is None or not self._keys.sends(key) or (if_absent and not self.traits.atomic_create):
            return lane.put(key, body, headers=headers, if_absent=if_absent, md5=md5)
        whole, rest = begin(body, self.traits.multipart_threshold)
        if rest is not None:
            return lane.put_parts(key, rest, headers, if_absent, md5, self._buffers)
        # A service that compares the signed SHA-256 needs no other digest.
        needs_md5 = md5 is not None or "payload-sha256" not in self.traits.checked_digests
        digest = hashlib.md5(whole, usedforsecurity=False).digest() if needs_md5 else b""
        if md5 not in (None, digest):
            raise DigestMismatchError("the body's MD5 is not the one given", **lane.requests.where("put", key))
        mode = "create" if if_absent else "overwrite"
        if not if_absent:
            return self._sent(key, whole, attributes, mode, digest)
        return Creation(nonce, lambda: lane.look(key), always_doubt=True).run(
            lambda: self._sent(key, whole, attributes, mode, digest),
            lambda found: lane.stored(key, len(whole), found, digest),
        )

    def get(self, key: str, *, start: int = 0, length: int | None = None, if_match: str | None = None) -> Download:
        lane = self._lane()
        if length == 0 or not self._keys.sends(key):
            return lane.get(key, start=start, length=length, if_match=if_match)
        options = _get_options(start, length, if_match)
        try:
            found = obstore.get(self._native.downloads(), self._place.full_key(key), options=options)
        except DRIVER_ERRORS as error:
            if is_beyond_driver(error):
                return lane.get(key, start=start, length=length, if_match=if_match)
            raise self._explained(error, "get", key) from None
        lane.requests.saw_bucket()
        if if_match is not None and bare(found.meta["e_tag"]) != if_match:
            raise PreconditionError("the object is another version", **lane.requests.where("get", key))
        body = Chunks(found.stream(min_chunk_size=CHUNK))
        first, beyond = found.range
        return BodyDownload(_info(key, found), body, beyond - first, self._failures(key))

    def express(self) -> Express | None:
        lane = self._lane()
        source, address = lane.source, lane.address
        if address is None or not self.traits.atomic_create:
            return None
        origin, path = source.place.target(source.endpoint_url(), "")
        patience = source.settings.read_timeout
        route = S3Route(address, origin.partition("://")[2], path, patience, self._headers, self._keys)
        return S3Express(route, source.signing_key)

    def head(self, key: str) -> ObjectInfo:
        lane = self._lane()
        if not self._keys.sends(key):
            return lane.head(key)
        try:
            found = obstore.get(self._native.downloads(), self._place.full_key(key), options={"head": True})
        except DRIVER_ERRORS as error:
            if is_beyond_driver(error):
                return lane.head(key)
            raise self._explained(error, "head", key) from None
        lane.requests.saw_bucket()
        return _info(key, found)

    def delete(self, key: str) -> None:
        self._lane().delete(key)

    def delete_many(self, keys: Iterable[str]) -> Iterator[StoreError]:
        return self._lane().delete_many(keys)

    def list(self, prefix: str = "", *, after: str = "") -> Iterator[ObjectInfo]:
        return self._lane().list(prefix, after=after)

    def lister(self) -> Lister:
        return self._lane().lister()

    def close(self) -> None:
        self._native.close()

    def _lane(self) -> S3Store:
        refuse_forked(using=False)
        return self.inner

    def _attributes(self, headers: Headers, nonce: str) -> dict[str, str] | None:
        """What goes with a new object, in obstore's form; ``None`` if it cannot send one of them unchanged."""
        attributes = self._headers.of(headers)
        return attributes if attributes is None or not nonce else {**attributes, NONCE: nonce}

    def _sent(self, key: str, body: bytes, attributes: dict[str, str], mode: Any, md5: bytes) -> Stored:
        """Send, and send again what may work the second time; whether one of these may still land is told."""
        unanswered = False
        for failures in count(1):
            try:
                stored = self._sent_once(key, body, attributes, mode, md5)
            except StoreError as error:
                error.unanswered = unanswered = unanswered or error.unanswered
                if not self._backoff.goes_on(failures, error):
                    raise
                time.sleep(self._backoff.pause(failures, error))
            else:
                return dataclasses.replace(stored, unanswered=True) if unanswered else stored
        raise AssertionError("unreachable")

    def _sent_once(self, key: str, body: bytes, attributes: dict[str, str], mode: Any, md5: bytes) -> Stored:
        try:
            answer = obstore.put(
                self._native.uploads(),
                self._place.full_key(key),
                body,
                attributes=attributes,
                mode=mode,
                use_multipart=False,
            )
        except DRIVER_ERRORS as error:
            raise self._explained(error, "put", key) from None
        self.inner.requests.saw_bucket()
        etag = bare(answer["e_tag"])
        # The driver does not say how the object is encrypted; only a doubtful answer is worth a request.
        if self.traits.etag is ETag.MD5 and names_other_md5(etag, md5.hex()):
            return self.inner.stored(key, len(body), {**self.inner.look(key), "ETag": etag}, md5)
        return Stored(key, len(body), etag=etag, version=answer["version"], md5=md5 or None)

    def _explained(self, error: BaseException, operation: str, key: str) -> BaseException:
        # Raised without its cause, whose text is the service's whole answer.
        requests = self.inner.requests
        explained = translate(error, self._place.provider.throttling, **requests.where(operation, key))
        if isinstance(explained, CredentialsError) and not answer_of(error).status:
            return requests.credentials_fault(explained)
        if isinstance(explained, WrongRegionError) and not explained.region:
            return requests.tell_region(explained)
        if isinstance(explained, NotFoundError) and operation == "put":
            return requests.missing_bucket(operation, key)
        if isinstance(explained, StoreError) and operation != "put":
            return requests.judged(explained, answer_of(error).code)
        return explained

    def _failures(self, key: str) -> Failures:
        where = self.inner.requests.where("get", key)
        return Failures(DRIVER_ERRORS, lambda error: truncation(**where), where)


def _get_options(start: int, length: int | None, if_match: str | None) -> Any:
    options: dict[str, Any] = {"if_match": f'"{if_match}"'} if if_match else {}
    if length is not None:
        options["range"] = (start, start + length)
    elif start:
        options["range"] = {"offset": start}
    return options


def _info(key: str, found: Any) -> ObjectInfo:
    """The whole object, from obstore's answer to a GET or a HEAD."""
    meta = found.meta
    etag, version = bare(meta["e_tag"]), meta["version"]
    return ObjectInfo(
        key,
        meta["size"],
        etag=etag,
        modified=meta["last_modified"],
        fingerprint=etag or version or "",
        version=version if version != "null" else None,
        headers=_headers(found.attributes),
    )


def _headers(attributes: Mapping[str, str]) -> Headers:
    response: dict[str, Any] = {_PARAMETERS[name]: value for name, value in attributes.items() if name in _PARAMETERS}
    response["Metadata"] = {name: value for name, value in attributes.items() if name not in _PARAMETERS}
    return headers_from(response)
