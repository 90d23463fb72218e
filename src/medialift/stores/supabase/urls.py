"""Addresses of objects: plain, signed, and of resized images."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from itertools import islice
from urllib.parse import quote, urlencode

from medialift.errors import NotFoundError, StoreError
from medialift.stores.spec import Secret
from medialift.stores.supabase.bucket import BucketDoor
from medialift.stores.supabase.client import Requests
from medialift.stores.supabase.place import RESERVED
from medialift.stores.supabase.tokens import download_token, image_token

BATCH = 1000
"""Keys that are signed in one request; the service takes no more."""


RESIZES = ("cover", "contain", "fill")
LARGEST = 2500
"""Pixels of a side. Source: https://supabase.com/docs/guides/storage/serving/image-transformations"""


@dataclass(frozen=True, slots=True)
class SignedUpload:
    """Where one object may be sent by a PUT of its bytes, without any key; ``token`` is a part of ``url``."""

    url: str
    token: str


@dataclass(frozen=True)
class Addresses:
    """Makes the addresses of one store's objects; keys are the store's own, already checked."""

    requests: Requests
    door: BucketDoor
    jwt_secret: Secret | None
    custom_domain: str | None
    protocol: str

    @property
    def longest(self) -> timedelta:
        return timedelta(seconds=self.requests.place.provider.presigning.max_seconds)

    def public(self, key: str) -> str:
        place = self.requests.place
        if self.custom_domain:
            return f"{self.protocol}://{self.custom_domain}/{quote(place.full_key(key), safe='/~')}"
        return place.base + place.of_object("object/public", key)

    def signed(
        self,
        key: str,
        *,
        expires: timedelta,
        method: str,
        now: datetime | None,
        filename: str | None,
        content_type: str | None,
    ) -> str:
        """Raises ``NotFoundError`` where the service has to be asked and the object is missing, or hidden."""
        self._check_wishes(method, content_type)
        found = self.signed_many([key], expires, now)
        if key not in found:
            where = self.requests.where("signed_url", key)
            raise self.door.judged(NotFoundError("no object has this key, or it may not be read", **where))
        # The name is no part of the token.
        return found[key] + (f"&{urlencode({'download': filename}, quote_via=quote)}" if filename else "")

    def signed_many(self, keys: Iterable[str], expires: timedelta, now: datetime | None) -> dict[str, str]:
        """URL by key; those that the service does not sign are left out."""
        self._check_lasting(expires)
        if self.jwt_secret:
            return {key: self._signed_here(key, self.jwt_secret.reveal(), expires, now) for key in keys}
        found: dict[str, str] = {}
        iterator = iter(keys)
        while batch := list(islice(iterator, BATCH)):
            found.update(self._signed_there(batch, expires, now))
        return found

    def upload(self, key: str, *, overwrite: bool) -> SignedUpload:
        place, headers = self.requests.place, {"x-upsert": "true"} if overwrite else {}
        path = place.of_object("object/upload/sign", key)
        try:
            token = str(self.requests.send("signed_upload", key, "POST", path, headers=headers).json()["token"])
        except StoreError as error:
            raise self.door.judged(error) from error.__cause__
        return SignedUpload(f"{place.base}{path}?{urlencode({'token': token})}", token)

    def image(
        self, key: str, wishes: Mapping[str, str | int], expires: timedelta | None, now: datetime | None = None
    ) -> str:
        """Plain without *expires*; else signed, here or by a request: the wishes are a part of the token."""
        place = self.requests.place
        if expires is None:
            query = f"?{urlencode(wishes)}" if wishes else ""
            return place.base + place.of_object("render/image/public", key) + query
        self._check_lasting(expires)
        token = self._image_token_made_here(key, wishes, expires, now) if self.jwt_secret else ""
        token = token or self._image_token_made_there(key, wishes, expires)
        return f"{place.base}{place.of_object('render/image/sign', key)}?{urlencode({'token': token})}"

    def _image_token_made_here(
        self, key: str, wishes: Mapping[str, str | int], expires: timedelta, now: datetime | None
    ) -> str:
        assert self.jwt_secret is not None
        place, issued = self.requests.place, now or datetime.now(timezone.utc)
        secret = self.jwt_secret.reveal()
        return image_token(place.bucket, place.full_key(key), wishes, secret, issued=issued, expires=expires)

    def _image_token_made_there(self, key: str, wishes: Mapping[str, str | int], expires: timedelta) -> str:
        # The token names the object by the path as it is sent: nothing that a path may hold is quoted.
        place, lasting = self.requests.place, int(expires.total_seconds())
        path = place.of_object("object/sign", key, safe=RESERVED)
        body = {"expiresIn": lasting, "transform": dict(wishes)}
        try:
            said = self.requests.send("image_url", key, "POST", path, json=body).json()
        except StoreError as error:
            raise self.door.judged(error) from error.__cause__
        return str(said["signedURL"]).rpartition("?token=")[2]

    def _check_lasting(self, expires: timedelta) -> None:
        if not timedelta(seconds=1) <= expires <= self.longest:
            raise ValueError(f"a signed URL can live from 1 second to {self.longest}, not {expires}")

    def _check_wishes(self, method: str, content_type: str | None) -> None:
        methods = self.requests.place.provider.presigning.methods
        if method not in methods:
            raise ValueError(f"Supabase signs {', '.join(sorted(methods))}, not {method}; see signed_upload()")
        if content_type is not None:
            raise ValueError("Supabase serves an object with the type that it was stored with, and no other")

    def _signed_here(self, key: str, secret: str, expires: timedelta, now: datetime | None) -> str:
        place, issued = self.requests.place, now or datetime.now(timezone.utc)
        token = download_token(place.bucket, place.full_key(key), secret, issued=issued, expires=expires)
        return self._with_token(key, token)

    def _signed_there(self, keys: list[str], expires: timedelta, now: datetime | None) -> Iterator[tuple[str, str]]:
        place = self.requests.place
        passed = datetime.now(timezone.utc) - now if now else timedelta()
        lasting = max(1, int((expires - passed).total_seconds()))
        body = {"expiresIn": lasting, "paths": [place.full_key(key) for key in keys]}
        for entry in self.requests.send("signed_url", "", "POST", place.of_bucket("object/sign"), json=body).json():
            if entry.get("signedURL"):
                key = place.key(entry["path"])
                yield key, self._with_token(key, str(entry["signedURL"]).rpartition("?token=")[2])

    def _with_token(self, key: str, token: str) -> str:
        place = self.requests.place
        return f"{place.base}{place.of_object('object/sign', key)}?{urlencode({'token': token})}"


def image_wishes(
    *, width: int | None, height: int | None, resize: str | None, quality: int | None, format: str | None
) -> dict[str, str | int]:
    """What is wished of an image, as the service names it. Raises ``ValueError`` for what it does not do."""
    if resize not in (None, *RESIZES):
        raise ValueError(f"Supabase resizes by {', '.join(RESIZES)}, not {resize!r}")
    if quality is not None and not 20 <= quality <= 100:
        raise ValueError(f"the quality of an image goes from 20 to 100, not {quality}")
    for side in (width, height):
        if side is not None and not 1 <= side <= LARGEST:
            raise ValueError(f"a side of an image has from 1 to {LARGEST} pixels at Supabase, not {side}")
    wishes = {"width": width, "height": height, "resize": resize, "quality": quality, "format": format}
    return {name: value for name, value in wishes.items() if value is not None}
