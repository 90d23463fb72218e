"""Sends one store's requests, signed, again where that can help, and explains every refusal."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from datetime import datetime, timezone
from typing import Any

import httpx

from medialift.errors import UnavailableError
from medialift.providers import Provider
from medialift.stores.client_settings import settings_of
from medialift.stores.cloudinary.errors import read_answer, refusal
from medialift.stores.cloudinary.kinds import Kind
from medialift.stores.cloudinary.place import Place, credentials_of, place_of
from medialift.stores.cloudinary.signing import checked_algorithm, request_signature
from medialift.stores.http_client import HttpPool, repeated
from medialift.stores.http_errors import DRIVER_ERRORS, translate
from medialift.stores.spec import StoreSpec
from medialift.stores.wrappers.retry import Backoff

Params = Mapping[str, str]

SHORT_LIVED = 300
"""Seconds for which the address of one download is good."""
GLANCE = 3.0
"""Seconds."""


class Requests:
    """The requests of one cloud. Safe to share between threads; a child of a fork makes its own connections."""

    def __init__(self, spec: StoreSpec, provider: Provider) -> None:
        self.place: Place = place_of(spec, provider)
        self.store = str(self.place.identity)
        self._credentials = credentials_of(spec)
        self._algorithm = checked_algorithm(spec.delivery.algorithm)
        settings = settings_of(spec)
        self._backoff = Backoff(attempts=settings.max_attempts)
        self._pool = HttpPool(settings)
        self.sent = 0
        """Requests so far, also those that were repeated; roughly, where threads share the store."""

    def where(self, operation: str, key: str = "") -> dict[str, str]:
        return {"operation": operation, "key": key, "store": self.store}

    def signed(self, params: Params, *, now: float | None = None) -> dict[str, str]:
        """*params* as the service takes them: with the time, the key and the signature."""
        stamped = {name: value for name, value in params.items() if value}
        stamped["timestamp"] = str(int(time.time() if now is None else now))
        secret = self._credentials.secret_access_key.reveal()
        signature = request_signature(stamped, secret, self._algorithm)
        return {**stamped, "signature": signature, "api_key": self._credentials.access_key_id}

    def upload_api(
        self,
        operation: str,
        key: str,
        kind: Kind,
        action: str,
        params: Params,
        *,
        file: bytes | None = None,
        headers: Params | None = None,
    ) -> dict[str, Any]:
        """What the Upload API says to *action*: not counted, and signed anew for each attempt."""
        sent: dict[str, Any] = {} if file is None else {"files": {"file": ("file", file, "application/octet-stream")}}

        def build(client: httpx.Client) -> httpx.Request:
            url = self.place.api(kind.value, action)
            return client.build_request("POST", url, data=self.signed(params), headers=headers, **sent)

        return self._json(operation, key, build)

    def admin_api(self, operation: str, method: str, path: Sequence[str], **request: Any) -> dict[str, Any]:
        """What the Admin API says: counted by the hour. *request* are httpx's ``params`` and ``json``."""
        return self._json(operation, "", self._admin(method, path, **request))

    def glance(self, operation: str, path: Sequence[str], params: Params) -> dict[str, Any]:
        """The same for what a page may wait for no longer than :data:`GLANCE`: one attempt, and no second one."""
        return self._whole(operation, "", self._admin("GET", path, params=params, timeout=GLANCE))

    def _admin(self, method: str, path: Sequence[str], **request: Any) -> Callable[[httpx.Client], httpx.Request]:
        secret = self._credentials.secret_access_key.reveal()
        auth = httpx.BasicAuth(self._credentials.access_key_id, secret)

        def build(client: httpx.Client) -> httpx.Request:
            built = client.build_request(method, self.place.api(*path), **request)
            return next(auth.auth_flow(built))

        return build

    def open_original(self, key: str, kind: Kind, headers: Params) -> httpx.Response:
        """The answer to a download of the asset as it was stored; its body is still to be read, and to be closed."""
        params = {"public_id": self.place.public_id(key), "type": self.place.type}

        def build(client: httpx.Client) -> httpx.Request:
            # The address is all that is needed to read the asset, and HTTP clients may log addresses.
            ends = {"expires_at": str(int(time.time()) + SHORT_LIVED)}
            url = self.place.api(kind.value, "download")
            return client.build_request("GET", url, params=self.signed({**params, **ends}), headers=headers)

        return repeated(lambda: self._once("get", key, build, follows=True), self._backoff)

    def close(self) -> None:
        self._pool.close()

    def _json(self, operation: str, key: str, build: Callable[[httpx.Client], httpx.Request]) -> dict[str, Any]:
        return repeated(lambda: self._whole(operation, key, build), self._backoff)

    def _whole(self, operation: str, key: str, build: Callable[[httpx.Client], httpx.Request]) -> dict[str, Any]:
        with closing(self._once(operation, key, build)) as response:
            try:
                response.read()
                said = response.json()
            except DRIVER_ERRORS as error:
                raise translate(error, **self.where(operation, key)) from error
            except ValueError:
                said = None
        if not isinstance(said, dict):
            raise UnavailableError("the service's answer is no JSON", **self.where(operation, key))
        return said

    def _once(
        self, operation: str, key: str, build: Callable[[httpx.Client], httpx.Request], *, follows: bool = False
    ) -> httpx.Response:
        """The answer to one attempt, whose body is still to be read. What is sent elsewhere goes there if *follows*."""
        client = self._pool.client()
        self.sent += 1
        try:
            response = client.send(build(client), stream=True, follow_redirects=follows)
            if response.is_success:
                return response
            with closing(response):
                answer = read_answer(response.status_code, response.headers, response.read())
        except DRIVER_ERRORS as error:
            raise translate(error, **self.where(operation, key)) from error
        now = datetime.now(timezone.utc)
        raise refusal(answer, self.place.provider.throttling, now, **self.where(operation, key))
