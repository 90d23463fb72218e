"""S3 and every service that speaks its protocol, through boto3."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import io
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from datetime import datetime, timedelta
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, BinaryIO, NoReturn

from medialift.errors import (
    DigestMismatchError,
    InvalidKeyError,
    PreconditionError,
    StoreError,
    UnsupportedError,
)
from medialift.providers import Provider
from medialift.stores.base import Body, Download, Folder, ObjectStore, PublicUrls
from medialift.stores.bodies import Buffers, begin, size_of
from medialift.stores.bound import BoundToProcess
from medialift.stores.bucket_configuration import Setting, Value
from medialift.stores.bucket_settings import BucketSettings
from medialift.stores.credentials import CredentialFacts, TellsCaller
from medialift.stores.download import BodyDownload, Failures, RawBody
from medialift.stores.extras import missing_extra
from medialift.stores.headers import kept_headers
from medialift.stores.keycheck import are_good, check_key, check_prefix, traits_below
from medialift.stores.policies import AttachesPolicies, Holder
from medialift.stores.probe import Probed, traits_of
from medialift.stores.s3 import attaching, bucket, configuration, upload_parts, uploads, versions
from medialift.stores.s3.address import Address
from medialift.stores.s3.client import ClientSource
from medialift.stores.s3.cloudflare import Cloudflare, cloudflare_of
from medialift.stores.s3.cloudfront import METHODS, CloudFront, cloudfront_of
from medialift.stores.s3.create import Creation, nonce_for
from medialift.stores.s3.direct import address_of
from medialift.stores.s3.errors import DRIVER_ERRORS, status_of
from medialift.stores.s3.headers import (
    bare,
    etag_is_opaque,
    info_from,
    read_parameters,
    write_parameters,
)
from medialift.stores.s3.list_line import ListLine
from medialift.stores.s3.lister import S3Lister
from medialift.stores.s3.listing import Entries
from medialift.stores.s3.multipart import MultipartUpload, names_other_md5, part_size_for
from medialift.stores.s3.part_lines import part_lines
from medialift.stores.s3.requests import Requests
from medialift.stores.s3.settings import read_settings
from medialift.stores.s3.urls import has_public_url, overrides, public_url, signed_url, signer
from medialift.stores.spec import StoreSpec
from medialift.stores.uploading import (
    ArrivedPart,
    Copies,
    DirectUpload,
    Parts,
    PartsUpload,
    TellsUnfinished,
    Unfinished,
    UploadRequest,
)
from medialift.stores.versions import Version
from medialift.types import NO_HEADERS, ETag, Headers, KeyRules, ObjectInfo, Stored, Traits, Unlisted

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


SENT_DIGESTS = frozenset({"payload-sha256", "content-md5"})
"""The digests that go with a body: of others it means nothing that the service would check them."""


class S3Store(BoundToProcess):
    """One bucket plus prefix. Safe to share between threads, and to use again after a fork.

    *traits* replace what the provider's data promises; *source* is that of another store of the same
    *spec*, to share its client. Opening sends nothing. Raises :class:`~medialift.errors.ConfigError`
    if the bucket, the region or the endpoint is not known.
    """

    def __init__(
        self, spec: StoreSpec, provider: Provider, *, traits: Traits | None = None, source: ClientSource | None = None
    ) -> None:
        self._spec = spec
        self.object_parameters = spec.object_parameters
        self._provider = provider
        self._known = traits or provider.traits
        self.source = source or ClientSource(spec, provider)
        self.place = self.source.place
        self.requests = Requests(self.source)
        self.identity = self.place.identity
        self._shown = str(self.identity)
        checked = self._known.checked_digests & SENT_DIGESTS
        self.traits = traits_below(self.place.prefix, dataclasses.replace(self._known, checked_digests=checked))
        self.cloudfront: CloudFront | None = cloudfront_of(spec)
        self.cloudflare: Cloudflare | None = cloudflare_of(spec)
        self._listed_rules = KeyRules(max_bytes=self.traits.key_rules.max_bytes)
        self.lacks = frozenset(self._lacking())

    @property
    def patience(self) -> float:
        """Seconds after which a request without an answer is given up."""
        return self.source.settings.read_timeout

    @property
    def authority(self) -> str:
        """The file of certificates that the store trusts in the place of the machine's own, or empty."""
        verify = self.source.settings.verify
        return verify if isinstance(verify, str) else ""

    @property
    def client(self) -> S3Client:
        """The boto3 client of this process, for the administration of the bucket."""
        return self.source.client()

    def put(
        self, key: str, body: Body, *, headers: Headers = NO_HEADERS, if_absent: bool = False, md5: bytes | None = None
    ) -> Stored:
        self._check("put", key)
        if if_absent and not self.traits.atomic_create:
            self._cannot_create(key)
        whole, rest = begin(body, self.traits.multipart_threshold)
        if rest is None:
            return self.put_whole(key, whole, headers=headers, if_absent=if_absent, md5=md5)
        return self.put_parts(key, rest, headers, if_absent, md5)

    def get(self, key: str, *, start: int = 0, length: int | None = None, if_match: str | None = None) -> Download:
        self._check("get", key)
        if length == 0:
            return self._open_nothing(key, if_match)
        wanted = _range(start, length)
        try:
            answer = self._find("get", key, "get_object", Range=wanted, IfMatch=f'"{if_match}"' if if_match else None)
        except StoreError as error:
            if status_of(error) == 416:
                return self._open_nothing(key, if_match)
            raise
        self._check_version(key, answer, if_match)
        return self._opened(key, answer, ranged=bool(wanted and start))

    def head(self, key: str) -> ObjectInfo:
        self._check("head", key)
        return info_from(key, self._find("head", key, "head_object"))

    def delete(self, key: str) -> None:
        self._check("delete", key)
        bucket.delete(self.requests, key)

    def delete_many(self, keys: Iterable[str]) -> Iterator[StoreError]:
        return bucket.delete_many(self.requests, keys, self.traits.key_rules)

    def list(self, prefix: str = "", *, after: str = "") -> Iterator[ObjectInfo]:
        for page in self._pages(prefix, after):
            yield from self._good(page).infos()

    def lister(self) -> S3Lister:
        # Who goes on after a key has seen that bucket, credentials and region are right.
        return S3Lister(
            lambda after, line: map(self._good, self._entries("", after, line, at_once=bool(after))), self._list_line
        )

    def unlisted(self, prefix: str = "") -> Iterator[Unlisted]:
        """Objects that no key can name, such as the empty ``photos/`` that consoles make for a folder."""
        for key in (key for page in self._pages(prefix, "") for key in page.keys):
            if fault := self._fault(key):
                yield Unlisted(self.place.full_key(key), fault)

    def list_folder(self, prefix: str = "") -> Folder:
        check_prefix(prefix, self.traits.key_rules, operation="list", store=str(self.identity))
        folder = self.place.folder(prefix)
        folders: list[str] = []
        objects: list[ObjectInfo] = []
        for page in bucket.pages(self.requests, folder, delimiter="/"):
            folders += [entry["Prefix"][len(folder) : -1] for entry in page.get("CommonPrefixes", ())]
            found = Entries.of(page).below(self.place.full_key(""))
            objects += found.only(lambda key: not self._fault(key)).infos()
        return Folder(tuple(name for name in folders if name), tuple(objects))

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
        self._check("signed_url", key)
        if self.cloudfront is not None and method in METHODS:
            wishes = dict(overrides(filename, content_type))
            return self.cloudfront.signed_url(key, expires=expires, now=now, query=wishes)
        # Such a domain gives an object as it was stored: another name or type is asked of the service itself.
        if self.cloudflare is not None and method in METHODS and not (filename or content_type):
            return self.cloudflare.signed_url(key, expires=expires, now=now)
        return signed_url(
            self.source,
            self.place.full_key(key),
            expires=expires,
            method=method,
            now=now,
            filename=filename,
            content_type=content_type,
        )

    def url_signer(self, *, expires: timedelta, method: str = "GET", now: datetime) -> Callable[[str], str]:
        if self.cloudfront is not None or self.cloudflare is not None:
            return lambda key: self.signed_url(key, expires=expires, method=method, now=now)
        sign, check, folder = (
            signer(self.source, expires=expires, method=method, now=now),
            self._check,
            self.place.folder(""),
        )

        def signed(key: str) -> str:
            check("signed_url", key)
            return sign(folder + key)

        return signed

    def public_url(self, key: str) -> str:
        self._check("public_url", key)
        domain, protocol = self._spec.custom_domain, self._spec.url_protocol
        return public_url(self.source, self.place.full_key(key), custom_domain=domain, protocol=protocol)

    def upload_request(
        self, key: str, *, size: int, content_type: str, expires: timedelta, now: datetime | None = None
    ) -> UploadRequest:
        self._check("upload_request", key)
        full = self.place.full_key(key)
        return uploads.upload_request(self.source, full, size=size, content_type=content_type, expires=expires, now=now)

    def copy_within(self, source: str, target: str, *, size: int, if_match: str, headers: Headers) -> None:
        self._check("get", source)
        self._check("put", target)
        kept = kept_headers(headers, self.traits, operation="put", store=str(self.identity))
        uploads.copy_within(
            self.requests, self._spec, self.traits.etag, source, target, size=size, if_match=if_match, headers=kept
        )

    def takes_upload(self, size: int) -> bool:
        return True

    def begin_parts(self, key: str, *, size: int, content_type: str) -> Parts:
        self._check("put", key)
        return upload_parts.begin(self.requests, key, size=size, content_type=content_type, traits=self.traits)

    def part_requests(
        self, key: str, parts: Parts, numbers: Iterable[int], *, expires: timedelta, now: datetime | None = None
    ) -> Sequence[UploadRequest]:
        self._check("upload_request", key)
        full = self.place.full_key(key)
        return upload_parts.part_requests(self.source, full, parts, numbers, expires=expires, now=now)

    def arrived_parts(self, key: str, upload: str) -> Sequence[ArrivedPart]:
        self._check("get", key)
        return upload_parts.arrived(self.requests, key, upload)

    def finish_parts(self, key: str, upload: str, arrived: Sequence[ArrivedPart]) -> None:
        self._check("put", key)
        upload_parts.finish(self.requests, key, upload, arrived)

    def abort_parts(self, key: str, upload: str) -> None:
        self._check("delete", key)
        upload_parts.abort(self.requests, key, upload)

    def unfinished_uploads(self, prefix: str = "") -> Iterator[Unfinished]:
        check_prefix(prefix, self.traits.key_rules, operation="list", store=str(self.identity))
        return upload_parts.unfinished(self.requests, self.place.folder(prefix))

    def make_bucket(self) -> None:
        bucket.make_bucket(self.requests)

    def bucket_settings(self) -> BucketSettings:
        return read_settings(self.requests)

    def at_prefix(self, prefix: str) -> ObjectStore:
        return S3Store(dataclasses.replace(self._spec, prefix=prefix), self._provider)

    def own_endpoint(self) -> str:
        return self.place.endpoint_url or ""

    def other_endpoints(self) -> tuple[str, ...]:
        return self.place.other_endpoints()

    def region_at(self, url: str) -> str:
        return self._provider.endpoint_parameters(url).get("region", "")

    def at_endpoint(self, url: str) -> ObjectStore:
        region = self.region_at(url) or self._spec.region
        return S3Store(dataclasses.replace(self._spec, endpoint_url=url, region=region), self._provider)

    def credential_facts(self) -> CredentialFacts:
        return self.source.credential_facts()

    def caller(self) -> str:
        return self.source.caller()

    def attached_policy(self, holder: Holder, name: str) -> Value | None:
        return attaching.read(self.source, holder, name)

    def attach_policy(self, holder: Holder, name: str, policy: Value) -> None:
        attaching.write(self.source, holder, name, policy)

    def probe(self, *, stop: threading.Event | None = None) -> Probed | None:
        from medialift.stores.probe.run import probe

        return probe(self._spec, self._provider, stop)

    def as_probed(self, probed: Probed) -> ObjectStore:
        store = S3Store(self._spec, self._provider, traits=traits_of(probed, self._known), source=self.source)
        store._known = self._known  # what the next probe cannot tell is as the data says, not as this one did
        return store

    def configuration(self, setting: Setting) -> Value | None:
        return configuration.read(self.requests, setting)

    def configure(self, setting: Setting, value: Value) -> None:
        configuration.write(self.requests, setting, value)

    def keeps_versions(self) -> bool:
        return versions.keeps_versions(self.requests)

    def versions(self, prefix: str = "", *, key: str = "") -> Iterator[Version]:
        found = versions.versions(self.requests, prefix, key)
        return (version for version in found if not self._fault(version.key))

    def bring_back(self, version: Version) -> str:
        self._check("bring_back", version.key)
        return versions.bring_back(self.requests, version, self.object_parameters)

    def bulk_lane(self, *, connections: int) -> ObjectStore:
        """A second driver of the same place, for moves. Not to be used in a process that will fork."""
        try:
            from medialift.stores.s3.bulk import S3BulkStore
        except ModuleNotFoundError as error:
            raise missing_extra("s3", error) from error
        return S3BulkStore(self, connections=connections)

    def close(self) -> None:
        self.source.close()

    # ── writing ──────────────────────────────────────────────────────────────────────────────

    def put_whole(
        self, key: str, body: bytes, *, headers: Headers = NO_HEADERS, if_absent: bool = False, md5: bytes | None = None
    ) -> Stored:
        """``put`` in one request, whatever the body's size."""
        digest = hashlib.md5(body, usedforsecurity=False).digest()
        if md5 not in (None, digest):
            raise DigestMismatchError("the body's MD5 is not the one given", **self.requests.where("put", key))
        creation = self.creation(key, headers)
        written = self.written(headers, creation.nonce if if_absent else "")
        written["ContentMD5"] = base64.b64encode(digest).decode()

        def send(**conditions: str) -> Stored:
            answer = self.requests.send_object("put", key, "put_object", Body=body, **written, **conditions)
            return self.stored(key, len(body), answer, digest)

        if not if_absent:
            return send()
        return creation.run(lambda: send(IfNoneMatch="*"), lambda found: self.stored(key, len(body), found, digest))

    def put_parts(
        self,
        key: str,
        body: BinaryIO,
        headers: Headers,
        if_absent: bool,
        md5: bytes | None,
        buffers: Buffers | None = None,
    ) -> Stored:
        """``put`` in parts, which may lie in *buffers*."""
        if if_absent and not self.traits.atomic_multipart_create:
            self._cannot_create(key)
        limits, where = self._provider.multipart, self.requests.where("put", key)
        creation = dataclasses.replace(self.creation(key, headers), exclusive=if_absent, repeatable=False)
        is_compared = "payload-sha256" in self.traits.checked_digests
        each = read_parameters(self.object_parameters)
        address = None if each else self.address
        with part_lines(self.source, address, self.place.full_key(key), signs_bodies=is_compared) as direct:
            upload = MultipartUpload(
                send=partial(self.requests.send_object, "put", key),
                part_size=part_size_for(size_of(body), self.traits.part_size, limits, **where),
                limits=limits,
                where=where,
                compare_etags=self.traits.etag is ETag.MD5,
                send_md5=not is_compared,
                create=self.written(headers, creation.nonce),
                each=each,
                complete={"IfNoneMatch": "*"} if if_absent else {},
                direct=direct,
                buffers=buffers,
            )
            done = upload.run(body, md5=md5, settle=lambda complete: creation.run(complete, lambda found: found))
        # Ceph 16 completes an upload without telling the ETag.
        etag = done.etag or bare(self.look(key).get("ETag"))
        self._check_etag(key, etag, done.expected, opaque=done.opaque)
        return Stored(key, done.size, etag, done.version, upload.part_size, opaque=done.opaque)

    @cached_property
    def address(self) -> Address | None:
        """How the bucket is reached without a driver; ``None`` if it is not."""
        return address_of(self.source)

    def creation(self, key: str, headers: Headers) -> Creation:
        """One attempt to create *key*, with a mark of its own."""
        return Creation(nonce_for(headers), look=lambda: self.look(key))

    def look(self, key: str) -> Mapping[str, Any]:
        """HeadObject's answer, the writer's mark included."""
        return self._find("head", key, "head_object")

    def written(self, headers: Headers, nonce: str = "") -> dict[str, Any]:
        """The parameters of a new object."""
        kept = kept_headers(headers, self.traits, operation="put", store=str(self.identity))
        return write_parameters(kept, self.object_parameters, nonce)

    def stored(self, key: str, size: int, answer: Mapping[str, Any], md5: bytes) -> Stored:
        """The answer to a body of one piece, whose ETag is compared where it can be."""
        etag, opaque = bare(answer.get("ETag")), etag_is_opaque(answer)
        again = answer.get("ResponseMetadata", {}).get("RetryAttempts", 0) > 0
        self._check_etag(key, etag, md5.hex(), opaque=opaque, again=again)
        return Stored(key, size, etag=etag, version=answer.get("VersionId"), opaque=opaque, unanswered=again)

    def _check_etag(self, key: str, etag: str | None, expected: str, *, opaque: bool, again: bool = False) -> None:
        if self.traits.etag is ETag.MD5 and not opaque and names_other_md5(etag, expected):
            reason = f"the object arrived as other bytes: {etag} instead of {expected}"
            error = DigestMismatchError(reason, **self.requests.where("put", key))
            error.etag, error.unanswered = etag, again
            raise error

    # ── reading ──────────────────────────────────────────────────────────────────────────────

    def _find(self, operation: str, key: str, method: str, **parameters: Any) -> dict[str, Any]:
        given = {name: value for name, value in parameters.items() if value is not None}
        return self.requests.find(operation, key, method, **given, **read_parameters(self.object_parameters))

    def _check_version(self, key: str, answer: Mapping[str, Any], if_match: str | None) -> None:
        """Some services ignore If-Match: what came is held against it."""
        if if_match is not None and bare(answer.get("ETag")) != if_match:
            if "Body" in answer:
                answer["Body"].close()
            raise PreconditionError("the object is another version", **self.requests.where("get", key))

    def _opened(self, key: str, answer: Mapping[str, Any], *, ranged: bool) -> Download:
        if ranged and "ContentRange" not in answer:
            answer["Body"].close()
            raise UnsupportedError("the service ignores ranges", **self.requests.where("get", key))
        return self._download(info_from(key, answer), answer["Body"], int(answer.get("ContentLength") or 0))

    def _open_nothing(self, key: str, if_match: str | None) -> Download:
        """An empty range: described like any other, without a body."""
        condition = f'"{if_match}"' if if_match else None
        answer = self._find("get", key, "head_object", IfMatch=condition)
        self._check_version(key, answer, if_match)
        return self._download(info_from(key, answer), io.BytesIO(), 0)

    def _download(self, info: ObjectInfo, body: RawBody, length: int) -> Download:
        requests = self.requests
        failures = Failures(
            (*DRIVER_ERRORS, OSError), requests.explainer("get", info.key), requests.where("get", info.key)
        )
        return BodyDownload(info, body, length, failures)

    def _pages(self, prefix: str, after: str) -> Iterator[Entries]:
        """What the service lists, by the store's keys."""
        with closing(self._list_line()) as line:
            for entries in self._entries(prefix, after, line):
                yield entries.only(after.__lt__) if after else entries

    def _entries(self, prefix: str, after: str, line: ListLine, *, at_once: bool = False) -> Iterator[Entries]:
        """The same as the service tells it: one that knows no *after* begins anew.

        Without the SDK where *line* has a page, but for the first one, unless *at_once*.
        """
        check_prefix(prefix, self.traits.key_rules, operation="list", store=str(self.identity))
        folder, start = self.place.folder(prefix), self.place.full_key(after) if after else ""
        for page in bucket.pages(self.requests, folder, after=start, further=line.page, at_once=at_once):
            yield Entries.of(page).below(self.place.full_key(""))

    def _list_line(self) -> ListLine:
        return ListLine(self.source, lambda: self.address)

    def _good(self, page: Entries) -> Entries:
        """Those of a page that a key can name."""
        if are_good(page.keys, self._listed_rules.max_bytes):
            return page
        return page.only(lambda key: not self._fault(key))

    # ── keys ─────────────────────────────────────────────────────────────────────────────────

    def _check(self, operation: str, key: str) -> None:
        check_key(key, self.traits.key_rules, operation=operation, store=self._shown)

    def _fault(self, key: str) -> str:
        try:
            check_key(key, self._listed_rules)
        except InvalidKeyError as error:
            return error.reason
        return ""

    def _lacking(self) -> Iterator[type]:
        if not uploads.can_upload(self._provider, self._spec):
            yield from (DirectUpload, PartsUpload, TellsUnfinished, Copies)
        elif not upload_parts.can_send_parts(self._provider):
            yield PartsUpload
        if not has_public_url(self.place, self._spec.custom_domain):
            yield PublicUrls
        if not self._provider.endpoint.sdk_default:
            yield TellsCaller  # a service of Amazon's beside S3
        if not (self._provider.permissions and self._provider.permissions.attach):
            yield AttachesPolicies

    def _cannot_create(self, key: str) -> NoReturn:
        raise UnsupportedError(
            "the service is not known to create an object of this size only where there is none",
            hint="Create without the condition, or let `medialift probe` find out what the service does.",
            **self.requests.where("put", key),
        )


def _range(start: int, length: int | None) -> str | None:
    if not start and length is None:
        return None
    return f"bytes={start}-{'' if length is None else start + length - 1}"
