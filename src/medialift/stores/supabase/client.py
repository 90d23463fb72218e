"""Sends one store's requests, again where that can help, and explains every refusal."""

from __future__ import annotations

import os
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import httpx

from medialift.errors import StoreError
from medialift.providers import Provider
from medialift.stores.client_settings import ClientSettings, settings_of
from medialift.stores.spec import StoreSpec
from medialift.stores.supabase.caller import Caller, caller_of
from medialift.stores.supabase.errors import DRIVER_ERRORS, read_answer, refusal, translate
from medialift.stores.supabase.place import Place, place_of
from medialift.stores.wrappers.retry import Backoff

USER_AGENT = "django-medialift"
"""Secret keys are refused to whatever calls itself a browser."""


class Requests:
    """The requests of one project. Safe to share between threads; a child of a fork makes its own connections."""

    def __init__(self, spec: StoreSpec, provider: Provider) -> None:
        self.place: Place = place_of(spec, provider)
        self.caller: Caller = caller_of(spec.api_keys)
        self.store = str(self.place.identity)
        self._settings = settings_of(spec)
        self._backoff = Backoff(attempts=self._settings.max_attempts)
        self._own = _OfProcess(os.getpid())

    def where(self, operation: str, key: str = "") -> dict[str, str]:
        return {"operation": operation, "key": key, "store": self.store}

    def send(self, operation: str, key: str, method: str, path: str, **request: Any) -> httpx.Response:
        """The answer to a request that succeeded, read whole. *request* are httpx's ``headers``, ``json``, ….

        Raises this package's errors only.
        """
        return self._repeat(lambda: self._whole(operation, key, method, path, **request))

    def open(self, operation: str, key: str, method: str, path: str, **request: Any) -> httpx.Response:
        """The same with its body still to be read, and to be closed."""
        return self._repeat(lambda: self.once(operation, key, method, path, **request))

    def once(self, operation: str, key: str, method: str, path: str, **request: Any) -> httpx.Response:
        """The answer to one attempt, whose body is still to be read. *anonymous* sends no key."""
        client, anonymous = self._client(), request.pop("anonymous", False)
        built = client.build_request(method, self.place.base + path, **request)
        if not anonymous:
            built.headers.update(self.caller.headers)
        try:
            response = client.send(built, stream=True)
            if response.is_success:
                return response
            with closing(response):
                answer = read_answer(response.status_code, response.headers, response.read())
        except DRIVER_ERRORS as error:
            raise translate(error, **self.where(operation, key)) from error
        raise refusal(answer, self.place.provider.throttling, self.caller.role, **self.where(operation, key))

    def _whole(self, operation: str, key: str, method: str, path: str, **request: Any) -> httpx.Response:
        with closing(self.once(operation, key, method, path, **request)) as response:
            try:
                response.read()
            except DRIVER_ERRORS as error:
                raise translate(error, **self.where(operation, key)) from error
            return response

    def _repeat(self, call: Callable[[], httpx.Response]) -> httpx.Response:
        for failures in count(1):
            try:
                return call()
            except StoreError as error:
                if not self._backoff.goes_on(failures, error):
                    raise
                time.sleep(self._backoff.pause(failures, error))
        raise AssertionError("unreachable")

    def close(self) -> None:
        if self._own.client is not None and self._own.pid == os.getpid():
            self._own.client.close()
        self._own = _OfProcess(os.getpid())

    def _client(self) -> httpx.Client:
        own = self._own
        if own.pid != os.getpid():
            # Sockets and TLS sessions are the parent's.
            own = self._own = _OfProcess(os.getpid())
        if own.client is None:
            with own.lock:
                if own.client is None:
                    own.client = make_client(self._settings)
        return own.client


@dataclass
class _OfProcess:
    """What one process made for itself."""

    pid: int
    lock: threading.Lock = field(default_factory=threading.Lock)
    client: httpx.Client | None = None


def make_client(settings: ClientSettings) -> httpx.Client:
    """A pool of connections; answers come as they are stored, never compressed on the way."""
    most = settings.max_pool_connections
    timeout = httpx.Timeout(settings.read_timeout, connect=settings.connect_timeout, pool=None)
    return httpx.Client(
        headers={"User-Agent": USER_AGENT, "Accept-Encoding": "identity"},
        timeout=timeout,
        limits=httpx.Limits(max_connections=most, max_keepalive_connections=most),
        verify=_verify(settings),
        mounts=_proxies(settings),
    )


def _verify(settings: ClientSettings) -> bool | ssl.SSLContext:
    if isinstance(settings.verify, str):
        return ssl.create_default_context(cafile=settings.verify)
    return settings.verify


def _proxies(settings: ClientSettings) -> Mapping[str, httpx.HTTPTransport]:
    verify = _verify(settings)
    return {f"{scheme}://": httpx.HTTPTransport(proxy=url, verify=verify) for scheme, url in settings.proxies.items()}
