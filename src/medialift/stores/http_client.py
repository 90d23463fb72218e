"""Connections to a service that is spoken to over plain HTTP, and asking again where that can help."""

from __future__ import annotations

import os
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import TypeVar

import httpx

from medialift.errors import StoreError
from medialift.stores.client_settings import ClientSettings
from medialift.stores.wrappers.retry import Backoff

USER_AGENT = "django-medialift"
"""Says no browser's name: services refuse secret keys to whatever calls itself one."""

T = TypeVar("T")


class HttpPool:
    """One store's connections. Safe to share between threads; a child of a fork makes its own."""

    def __init__(self, settings: ClientSettings) -> None:
        self._settings = settings
        self._own = _OfProcess(os.getpid())

    def client(self) -> httpx.Client:
        own = self._own
        if own.pid != os.getpid():
            # Sockets and TLS sessions are the parent's.
            own = self._own = _OfProcess(os.getpid())
        if own.client is None:
            with own.lock:
                if own.client is None:
                    own.client = make_client(self._settings)
        return own.client

    def close(self) -> None:
        if self._own.client is not None and self._own.pid == os.getpid():
            self._own.client.close()
        self._own = _OfProcess(os.getpid())


def repeated(call: Callable[[], T], backoff: Backoff) -> T:
    """What *call* returns, tried again after its retryable errors as often as *backoff* allows."""
    for failures in count(1):
        try:
            return call()
        except StoreError as error:
            if not backoff.goes_on(failures, error):
                raise
            time.sleep(backoff.pause(failures, error))
    raise AssertionError("unreachable")


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
