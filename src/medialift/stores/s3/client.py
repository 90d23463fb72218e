"""The boto3 client, with every setting that services trip over, and safe to use after a fork."""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError
from botocore.hooks import HierarchicalEmitter
from botocore.loaders import Loader
from botocore.session import Session

from medialift.errors import CredentialsError
from medialift.providers import Provider
from medialift.stores.client_settings import ClientSettings, settings_of, trusting
from medialift.stores.credentials import CredentialFacts
from medialift.stores.redaction import UNSENDABLE
from medialift.stores.s3.errors import DRIVER_ERRORS, no_credentials, translate
from medialift.stores.s3.handlers import register_handlers
from medialift.stores.s3.identity import facts_of
from medialift.stores.s3.keys import Keys
from medialift.stores.s3.listing import parse_time
from medialift.stores.s3.place import Place, place_of
from medialift.stores.sigv4 import SigningKey
from medialift.stores.spec import StoreSpec

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


_SENDABLE = re.compile(r"[\x20-\x7e]*")
"""What a header can hold: a line end would end it, and obstore panics at it."""


class ClientSource:
    """Makes one client per process.

    Sockets, locks and the state of a TLS connection must not be shared with the parent of a fork,
    so a child makes its own session and its own client at its first call.
    """

    def __init__(self, spec: StoreSpec, provider: Provider) -> None:
        self._spec = spec
        self._provider = provider
        self.settings = trusting(settings_of(spec), os.environ)
        self.place = place_of(spec, provider, session_region=self._session_region())
        self._own = _OfProcess(os.getpid())

    def client(self) -> S3Client:
        """The client of this process; safe to call from any thread."""
        own = self._of_this_process()
        if own.client is None:
            with own.lock:
                if own.client is None:
                    own.client = self._make_client(own)
        return own.client

    def credentials(self) -> Keys:
        """The credentials as they are now. Raises :class:`CredentialsError` if there are none that can be sent."""
        own = self._of_this_process()
        with own.lock:
            session = self._session_of(own)
            try:
                found = session.get_credentials()
                frozen = found.get_frozen_credentials() if found else None
            except BotoCoreError as error:
                raise translate(error) from error
        if frozen is None or not frozen.access_key or not frozen.secret_key:
            raise CredentialsError("no credentials were found", hint=no_credentials(self._provider))
        if not all(map(_SENDABLE.fullmatch, (frozen.access_key, frozen.token or ""))):
            raise CredentialsError(UNSENDABLE)
        # Roles tell when their keys end, and the SDK keeps that to itself.
        until = getattr(found, "_expiry_time", None)
        return Keys(frozen.access_key, frozen.secret_key, frozen.token, until)

    def credential_facts(self) -> CredentialFacts:
        """What the credentials are. Raises :class:`CredentialsError` if there are none."""
        keys = self.credentials()
        own = self._of_this_process()
        with own.lock:
            found = self._session_of(own).get_credentials()
        return facts_of(keys, found.method if found else None, self._provider)

    @contextmanager
    def service(self, name: str) -> Iterator[Any]:
        """A client of one of Amazon's services beside S3 (``"sts"``, ``"iam"``), with the same credentials."""
        own = self._of_this_process()
        with own.lock:
            session = self._session_of(own)
        client = session.create_client(
            name,
            region_name=self.place.region,
            # Whatever stands at an address of its own in Amazon's place stands in for all of it.
            endpoint_url=self.place.endpoint_url,
            verify=None if self.settings.verify is True else self.settings.verify,
            config=service_config(self.settings),
        )
        try:
            yield client
        finally:
            client.close()

    def caller(self) -> str:
        """The ARN that Amazon knows the credentials by; nobody needs a permission to ask.

        Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
        """
        try:
            with self.service("sts") as client:
                return str(client.get_caller_identity()["Arn"])
        except (*DRIVER_ERRORS, ValueError) as error:
            raise translate(error, operation="caller", store=str(self.place.identity)) from error

    def endpoint_url(self) -> str:
        """The service's URL, also where the SDK derives it from the region."""
        return self.place.endpoint_url or self.client().meta.endpoint_url

    def signing_key(self) -> SigningKey:
        """What signs a URL."""
        keys = self.credentials()
        return SigningKey(
            keys.access_key_id, keys.secret_access_key, self.place.region, keys.session_token, until=keys.until
        )

    def close(self) -> None:
        if self._own.client is not None and self._own.pid == os.getpid():
            self._own.client.close()
        self._own = _OfProcess(os.getpid())

    def _of_this_process(self) -> _OfProcess:
        if self._own.pid != os.getpid():
            self._own = _OfProcess(os.getpid())
        return self._own

    def _session_region(self) -> str | None:
        needs_it = self._provider.endpoint.sdk_default and not self._spec.region
        region = self._new_session().get_config_variable("region") if needs_it else None
        return str(region) if region else None

    def _session_of(self, own: _OfProcess) -> Session:
        own.session = own.session or self._new_session()
        return own.session

    def _new_session(self) -> Session:
        session = Session(profile=self._spec.profile, event_hooks=copy(_handlers()), include_builtin_handlers=False)
        session.register_component("data_loader", _sdk_data())
        session.get_component("response_parser_factory").set_parser_defaults(timestamp_parser=parse_time)
        keys = self._spec.credentials
        if keys:
            token = keys.session_token.reveal() if keys.session_token else None
            session.set_credentials(keys.access_key_id, keys.secret_access_key.reveal(), token)
        try:
            session.get_scoped_config()
        except BotoCoreError as error:
            raise translate(error) from error
        return session

    def _make_client(self, own: _OfProcess) -> S3Client:
        try:
            client: S3Client = self._session_of(own).create_client(  # type: ignore[assignment]
                "s3",
                region_name=self.place.region,
                endpoint_url=self.place.endpoint_url,
                verify=None if self.settings.verify is True else self.settings.verify,
                config=client_config(self.place, self.settings),
            )
        except (BotoCoreError, ValueError) as error:
            raise translate(error) from error
        register_handlers(client, self._provider, self.settings)
        return client


class _SdkData(Loader):
    """The SDK's own data files."""

    def list_available_services(self, type_name: str) -> list[str]:
        """The services that there is a folder for: the SDK would look into each of the hundreds of them."""
        folders = filter(os.path.isdir, self.search_paths)
        return sorted({entry.name for folder in folders for entry in os.scandir(folder) if entry.is_dir()})


@cache
def _sdk_data() -> Loader:
    """Read and parsed once: two thirds of what a client costs."""
    return _SdkData(include_default_search_paths=True)


@cache
def _handlers() -> HierarchicalEmitter:
    """The SDK's own handlers, registered once: nearly all that a session costs. Each session has a copy."""
    handlers = HierarchicalEmitter()
    Session(event_hooks=handlers)
    return handlers


@dataclass
class _OfProcess:
    """What one process made for itself."""

    pid: int
    lock: threading.Lock = field(default_factory=threading.Lock)
    session: Session | None = None
    client: S3Client | None = None


def client_config(place: Place, settings: ClientSettings) -> Config:
    """Each line is a service that failed without it.

    * ``s3v4``: left to itself, the SDK signs URLs with version 2 in eight regions, which R2, B2 and Supabase refuse.
    * checksums: the SDK's default over TLS is a trailer that R2, Google and Ceph 16 refuse.
    * payload signing: over TLS the SDK would leave the body out of the signature as soon as there is a Content-MD5,
      and with it the only digest that every checking service compares.
    * the regional endpoint of us-east-1: the global one redirects.
    * configured endpoints are ignored: a variable of the environment must not move a store to another service.
    """
    return Config(
        signature_version="s3v4",
        s3={  # type: ignore[arg-type]
            "addressing_style": place.addressing,
            "payload_signing_enabled": True,
            "us_east_1_regional_endpoint": "regional",
        },
        request_checksum_calculation=place.provider.integrity.checksums,  # type: ignore[arg-type]
        response_checksum_validation=place.provider.integrity.checksums,  # type: ignore[arg-type]
        ignore_configured_endpoint_urls=True,  # type: ignore[call-arg]
        retries={"mode": "standard", "total_max_attempts": settings.max_attempts},
        connect_timeout=settings.connect_timeout,
        read_timeout=settings.read_timeout,
        max_pool_connections=settings.max_pool_connections,
        proxies=dict(settings.proxies) or None,
        tcp_keepalive=True,
    )


def service_config(settings: ClientSettings) -> Config:
    """For services that are no storage: nothing but how the site reaches the outside."""
    return Config(
        ignore_configured_endpoint_urls=True,  # type: ignore[call-arg]
        retries={"mode": "standard", "total_max_attempts": settings.max_attempts},
        connect_timeout=settings.connect_timeout,
        read_timeout=settings.read_timeout,
        proxies=dict(settings.proxies) or None,
    )
