"""What the questions work with: a client of their own, the probe's folder, and a memory of what lies in it."""

from __future__ import annotations

import contextlib
import secrets
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from medialift.errors import StoreError
from medialift.providers import Provider
from medialift.stores.probe.values import FOLDER
from medialift.stores.s3.client import ClientSource
from medialift.stores.s3.errors import DRIVER_ERRORS, Answer, answer_of, classify, translate
from medialift.stores.s3.headers import read_parameters, write_parameters
from medialift.stores.spec import StoreSpec
from medialift.types import NO_HEADERS, Headers

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

EACH = ("head_object", "upload_part", "complete_multipart_upload", "abort_multipart_upload")
"""Methods that take those of the site's object parameters which go with every request about an object."""


class StoppedError(Exception):
    """Somebody asked to stop. Never leaves the probe."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What the service answered to one request: its own error counts as an answer."""

    status: int
    code: str = ""
    kind: type[StoreError] | None = None
    """What the answer means as an error; ``None`` if it is none."""
    told: Mapping[str, Any] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        return self.kind is None

    def means(self, *kinds: type[StoreError]) -> bool:
        return self.kind is not None and issubclass(self.kind, kinds)

    def __str__(self) -> str:
        return f"{self.status} {self.code}".strip()


@dataclass(frozen=True, slots=True)
class InParts:
    """An object that went up in parts: the ETag that is to be expected, unless it is *opaque* (encrypted)."""

    full_key: str
    etag: str
    opaque: bool


class Bench:
    """One probe's tools. Keys that its methods take are relative to ``folder``, a new one each time."""

    def __init__(self, spec: StoreSpec, provider: Provider, stop: threading.Event) -> None:
        self.spec = spec
        self.provider = provider
        self.source = ClientSource(spec, provider)
        self.place = self.source.place
        self.home = self.place.folder(FOLDER)
        self.folder = f"{self.home}{secrets.token_hex(8)}/"
        self.requests = 0
        self.written: dict[tuple[str, str | None], None] = {}
        """Full keys and versions that may be there: remembered before they are sent."""
        self.uploads: dict[str, str] = {}
        """Unfinished uploads: full keys by their id."""
        self.first = Reply(0)
        """The answer to the first object's PUT."""
        self.in_parts: InParts | None = None
        self._stop = stop
        self._arriving: bytes | None = None

    @contextlib.contextmanager
    def client(self) -> Iterator[S3Client]:
        """Connect for the time of the block; every request is counted, also those that the driver repeats."""
        client = self.source.client()
        client.meta.events.register_first("before-send.s3", self._on_send)
        try:
            yield client
        finally:
            self.source.close()

    def ask(self, method: str, **parameters: Any) -> Reply:
        """Send one request about the bucket.

        Raises the store's errors where there was no answer, and :class:`StoppedError`.
        """
        if self._stop.is_set():
            raise StoppedError
        try:
            told = getattr(self.source.client(), method)(Bucket=self.place.bucket, **parameters)
        except ClientError as error:
            answer = answer_of(error)
            return Reply(answer.status, answer.code or _implied(answer), self._kind(answer))
        except DRIVER_ERRORS as error:
            raise translate(error, self.provider.throttling, **self.where()) from error
        return Reply(told["ResponseMetadata"]["HTTPStatusCode"], told=told)

    def ask_about(self, method: str, key: str, **parameters: Any) -> Reply:
        """The same about one object of the folder."""
        each = read_parameters(self.spec.object_parameters) if method in EACH else {}
        return self.ask(method, Key=self.folder + key, **{**each, **parameters})

    def put(self, key: str, body: bytes, headers: Headers = NO_HEADERS, **parameters: Any) -> Reply:
        """Store one object as the site would, in one request."""
        full_key = self.folder + key
        self.written[full_key, None] = None
        written = {**write_parameters(headers, self.spec.object_parameters), **parameters}
        reply = self.ask("put_object", Key=full_key, Body=body, **written)
        self.note_version(full_key, reply)
        return reply

    def begin_upload(self, key: str) -> Reply:
        """Begin a multipart upload."""
        reply = self.ask_about(
            "create_multipart_upload", key, **write_parameters(NO_HEADERS, self.spec.object_parameters)
        )
        if reply.ok:
            self.uploads[reply.told["UploadId"]] = self.folder + key
            self.written[self.folder + key, None] = None
        return reply

    @contextlib.contextmanager
    def arriving_as(self, body: bytes) -> Iterator[None]:
        """For the time of the block, *body* goes out in place of the one (of the same length) that was signed."""
        self._arriving = body
        try:
            yield
        finally:
            self._arriving = None

    def note_version(self, full_key: str, reply: Reply) -> None:
        """Remember the version that a write has made, so that it can be removed and not only hidden."""
        version = reply.told.get("VersionId")
        if version and version != "null":
            self.written[full_key, version] = None

    def never_stop(self) -> None:
        """From now on nothing is left undone: it is the cleaning that is to be done."""
        self._stop = threading.Event()

    def where(self) -> dict[str, str]:
        return {"operation": "probe", "key": "", "store": str(self.place.identity)}

    def _kind(self, answer: Answer) -> type[StoreError]:
        return classify(answer, self.provider.throttling)

    def _on_send(self, request: Any, **_: Any) -> None:
        self.requests += 1
        if self._arriving is not None:
            request.body = self._arriving


def _implied(answer: Answer) -> str:
    """A word for an answer without a code, as HEAD's are."""
    return {301: "Moved", 403: "Forbidden", 404: "Not Found"}.get(answer.status, "")
