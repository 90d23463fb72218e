"""One visit to one store: what was tried there, each trial once, and everything cleaned up at the end."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from types import TracebackType
from typing import TypeVar

from medialift.doctor.answers import DoesNotApplyError
from medialift.doctor.plain_http import Fetched, authority_of, fetch
from medialift.errors import AccessDeniedError, BucketNotFoundError, CredentialsError, StoreError
from medialift.providers import load_provider, provider_ids
from medialift.stores.base import BareUrls, ObjectStore, PublicUrls, Signs, TellsPublic, Tidies, capability
from medialift.stores.bucket_settings import BucketSettings, OpensEndpoints, ReadsBucket
from medialift.stores.credentials import CredentialFacts, TellsCaller, TellsCredentials

FOLDER = "medialift-doctor"
"""Where every trial object lies, below the store's prefix."""

BODY = b"Written by the medialift doctor, which deletes it at once.\n"

REFUSED = (AccessDeniedError, CredentialsError)

Value = TypeVar("Value")


class Visit:
    """Tries things in *store*, which ``STORAGES`` names *alias*.

    A trial is made when a check first asks for it; its answer, a refusal as well, is remembered.
    Leaving the visit deletes whatever was written.
    """

    def __init__(self, alias: str, store: ObjectStore) -> None:
        self.alias = alias
        self.store = store
        self._made: list[str] = []
        self._tried: dict[str, object] = {}

    def first_refusal(self) -> StoreError | None:
        """What the store said to the very first request, if it said no."""
        return self._once("first", self._first)

    def written(self) -> str:
        """The key of an object that was written for this visit. Raises what the store raised."""
        return self._once("written", self._write)

    def signed_url(self) -> str:
        """A signed URL of :meth:`written`. Raises :class:`DoesNotApplyError` where the store cannot sign."""
        signs = self._able(Signs, "this store cannot sign URLs")
        return signs.signed_url(self.written(), expires=timedelta(minutes=5))

    def bare_url(self) -> str:
        """The same at the service's own host, without the signature."""
        bare = capability(self.store, BareUrls)
        return bare.bare_url(self.written()) if bare else self.signed_url().partition("?")[0]

    def unsigned_urls(self) -> Iterator[str]:
        """Wherever a stranger would try: without the signature, and at the address for public files."""
        yield self.bare_url()
        public = capability(self.store, PublicUrls)
        if public and capability(self.store, BareUrls) is None:
            yield public.public_url(self.written())

    def url_of_trial(self, extension: str, *, public: bool) -> str:
        """What the site would give to browsers for a new object with this *extension*, written for this visit.

        Raises what the store raised, and :class:`DoesNotApplyError` where it has no such URL.
        """
        key = self.new_key(f".{extension}")
        self.store.put(key, BODY)
        if public:
            return self._able(PublicUrls, "this store has no plain URLs").public_url(key)
        signs = self._able(Signs, "this store cannot sign URLs")
        return signs.signed_url(key, expires=timedelta(minutes=5))

    def public_url(self) -> str:
        """The plain URL that the site would give to browsers."""
        return self._able(PublicUrls, "this store has no plain URLs").public_url(self.written())

    def fetch(self, url: str) -> Fetched:
        """What somebody without credentials gets at *url*."""
        return fetch(url, authority_of(self.store))

    def read_back(self) -> bytes:
        """What the store gives for :meth:`written`. Raises what the store raised."""
        return self._once("read", self._read)

    def settings(self) -> BucketSettings:
        """The bucket's settings. Raises :class:`DoesNotApplyError` for stores that have no bucket to ask."""
        return self._once("settings", self._settings)

    def credentials(self) -> CredentialFacts:
        """What the store's credentials are. Raises :class:`DoesNotApplyError` for stores that have none to tell."""
        return self._once("credentials", self._credentials)

    def caller_of(self) -> TellsCaller | None:
        """The layer that can ask whose credentials these are."""
        return capability(self.store, TellsCaller)

    @property
    def has_other_endpoints(self) -> bool:
        """Whether the account's buckets may lie at several addresses."""
        others = capability(self.store, OpensEndpoints)
        return bool(others and others.other_endpoints())

    def region_at(self, endpoint: str) -> str:
        """The region that one of the account's addresses is of; empty if it names none."""
        others = capability(self.store, OpensEndpoints)
        return others.region_at(endpoint) if others else ""

    def found_elsewhere(self) -> str:
        """Another endpoint of the same account at which the bucket is, if it is not at its own; else empty."""
        return self._once("elsewhere", self._elsewhere)

    @property
    def aws(self) -> str:
        """How Amazon's command line is told to speak to this service."""
        others = capability(self.store, OpensEndpoints)
        endpoint = others.own_endpoint() if others else ""
        return f"aws --endpoint-url {endpoint}" if endpoint else "aws"

    def bucket_is_public(self) -> bool:
        """What the bucket says of itself. Raises :class:`DoesNotApplyError` for stores whose bucket does not say."""
        return self._once("is public", self._is_public)

    @property
    def arn(self) -> str:
        """The store's objects as a policy names them."""
        identity = self.store.identity
        return "arn:aws:s3:::" + "/".join(part for part in (identity.container, identity.prefix, "*") if part)

    @property
    def speaks_s3(self) -> bool:
        """Whether the service answers as S3 does, settings and listings of buckets included."""
        return capability(self.store, ReadsBucket) is not None

    @property
    def is_remote(self) -> bool:
        """Whether the store is another machine's."""
        return capability(self.store, Signs) is not None

    def new_name(self) -> str:
        """A name that nobody has used."""
        return f"{FOLDER}-{secrets.token_hex(8)}"

    def new_key(self, suffix: str = ".txt") -> str:
        """The key of a trial object, nobody's and never used before; deleted at the end if it is there."""
        key = f"{FOLDER}/{self.new_name()}{suffix}"
        self._made.append(key)
        return key

    def __enter__(self) -> Visit:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for key in self._made:
            with suppress(StoreError):  # what may not be deleted is a finding of its own
                self.store.delete(key)
        tidies = capability(self.store, Tidies) if self._made else None
        if tidies is not None:
            tidies.remove_empty_folder(FOLDER)

    def _able(self, ability: type[Value], otherwise: str) -> Value:
        layer = capability(self.store, ability)
        if layer is None:
            raise DoesNotApplyError(otherwise)
        return layer

    def _first(self) -> StoreError | None:
        try:
            next(iter(self.store.list(FOLDER)), None)
        except StoreError as error:
            return error
        return None

    def _write(self) -> str:
        key = self.new_key()
        self.store.put(key, BODY)
        return key

    def _read(self) -> bytes:
        with self.store.get(self.written()) as download:
            return download.read()

    def _settings(self) -> BucketSettings:
        reader = capability(self.store, ReadsBucket)
        if reader is None:
            raise DoesNotApplyError("this store has no bucket whose settings can be read")
        return reader.bucket_settings()

    def _credentials(self) -> CredentialFacts:
        teller = capability(self.store, TellsCredentials)
        if teller is None:
            raise DoesNotApplyError("this store has no credentials to tell about")
        return teller.credential_facts()

    def _elsewhere(self) -> str:
        others, refusal = capability(self.store, OpensEndpoints), self.first_refusal()
        is_gone = isinstance(refusal, BucketNotFoundError)
        if others is None or not (is_gone or (self._keys_have_one_region and isinstance(refusal, REFUSED))):
            return ""
        # Whoever is refused has found it, but for an account that every other region refuses as well.
        found = (url for url in others.other_endpoints() if _is_there(others.at_endpoint(url), if_refused=is_gone))
        return next(found, "")

    @property
    def _keys_have_one_region(self) -> bool:
        """Whether keys are good in the region of their account, and are refused in the others without a hint."""
        provider = self.store.identity.provider
        regions = load_provider(provider).regions if provider in provider_ids() else None
        return regions is not None and regions.of_account

    def _is_public(self) -> bool:
        tells = capability(self.store, TellsPublic)
        if tells is None:
            raise DoesNotApplyError("this store's bucket does not say whether it is public")
        return tells.is_public()

    def _once(self, name: str, trial: Callable[[], Value]) -> Value:
        if name not in self._tried:
            try:
                self._tried[name] = trial()
            except (StoreError, DoesNotApplyError) as error:
                self._tried[name] = error
        answer = self._tried[name]
        if name != "first" and isinstance(answer, (StoreError, DoesNotApplyError)):
            raise answer
        return answer  # type: ignore[return-value]


def _is_there(store: ObjectStore, *, if_refused: bool) -> bool:
    try:
        next(iter(store.list(FOLDER)), None)
    except AccessDeniedError:
        return if_refused
    except StoreError:
        return False
    finally:
        store.close()
    return True
