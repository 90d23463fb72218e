"""Sends one store's requests, again where that can help, and explains every refusal."""

from __future__ import annotations

from contextlib import closing
from typing import Any

import httpx

from medialift.providers import Provider
from medialift.stores.client_settings import settings_of
from medialift.stores.http_client import HttpPool, repeated
from medialift.stores.http_errors import DRIVER_ERRORS, translate
from medialift.stores.spec import StoreSpec
from medialift.stores.supabase.caller import Caller, caller_of, reader_of
from medialift.stores.supabase.errors import read_answer, refusal
from medialift.stores.supabase.place import Place, place_of
from medialift.stores.wrappers.retry import Backoff


class Requests:
    """The requests of one project. Safe to share between threads; a child of a fork makes its own connections."""

    def __init__(self, spec: StoreSpec, provider: Provider) -> None:
        self.place: Place = place_of(spec, provider)
        self.caller: Caller = caller_of(spec.api_keys)
        self.reader: Caller | None = reader_of(spec.api_keys)
        self.store = str(self.place.identity)
        self.sent = 0
        settings = settings_of(spec)
        self._backoff = Backoff(attempts=settings.max_attempts)
        self._pool = HttpPool(settings)

    def where(self, operation: str, key: str = "") -> dict[str, str]:
        return {"operation": operation, "key": key, "store": self.store}

    def send(self, operation: str, key: str, method: str, path: str, **request: Any) -> httpx.Response:
        """The answer to a request that succeeded, read whole. *request* are httpx's ``headers``, ``json``, ….

        Raises this package's errors only.
        """
        return repeated(lambda: self._whole(operation, key, method, path, **request), self._backoff)

    def open(self, operation: str, key: str, method: str, path: str, **request: Any) -> httpx.Response:
        """The same with its body still to be read, and to be closed."""
        return repeated(lambda: self.once(operation, key, method, path, **request), self._backoff)

    def once(self, operation: str, key: str, method: str, path: str, **request: Any) -> httpx.Response:
        """The answer to one attempt, whose body is still to be read. *by* is another caller than the store's."""
        client, caller = self._pool.client(), request.pop("by", self.caller)
        built = client.build_request(method, self.place.base + path, **request)
        built.headers.update(caller.headers)
        self.sent += 1
        try:
            response = client.send(built, stream=True)
            if response.is_success:
                return response
            with closing(response):
                answer = read_answer(response.status_code, response.headers, response.read())
        except DRIVER_ERRORS as error:
            raise translate(error, **self.where(operation, key)) from error
        raise refusal(answer, self.place.provider.throttling, caller.role, **self.where(operation, key))

    def _whole(self, operation: str, key: str, method: str, path: str, **request: Any) -> httpx.Response:
        with closing(self.once(operation, key, method, path, **request)) as response:
            try:
                response.read()
            except DRIVER_ERRORS as error:
                raise translate(error, **self.where(operation, key)) from error
            return response

    def close(self) -> None:
        self._pool.close()
