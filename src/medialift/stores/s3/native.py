"""The obstore client: opened at its first use, in one process only, with everything said that it would guess."""

from __future__ import annotations

import os
import threading
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from obstore.store import S3Store as NativeStore

from medialift.errors import ForkedStoreError
from medialift.stores.client_settings import ClientSettings
from medialift.stores.s3.client import ClientSource

CREDENTIALS_LIVE = timedelta(minutes=5)
"""How long obstore may keep what it was handed; botocore renews temporary credentials well before they end."""

SLOWEST_LINE = 64 * 1024
"""Bytes per second: obstore counts the body into its timeout, and a slow line is no failure."""

LONGEST_DOWNLOAD = timedelta(days=1)
RETRY_FOR = timedelta(minutes=3)

_used_in: list[int] = []
"""The one process that may use obstore: its runtime is global, and does not survive a fork.

A child of a process that has used it would hang for ever, also with a new client. This is the only
state that this package keeps in a module.
"""


def refuse_forked(*, using: bool) -> None:
    """Raise :class:`ForkedStoreError` in a child of a process that has used obstore; note the process if *using*."""
    pid = os.getpid()
    if using and not _used_in:
        _used_in.append(pid)
    if _used_in and _used_in[0] != pid:
        raise ForkedStoreError(
            "the bulk driver was used before this process forked",
            hint="Start worker processes with the 'spawn' method, or open the store without its bulk lane.",
        )


class NativeSource:
    """Makes the two clients of one store: one for uploads of known size, one for downloads of any.

    Uploads are sent once. obstore would not tell that it sent one again, and so that the first may still land.
    """

    def __init__(self, source: ClientSource, *, connections: int, largest_upload: int) -> None:
        refuse_forked(using=False)
        self._source = source
        self._connections = connections
        self._largest_upload = largest_upload
        self._lock = threading.Lock()
        self._made: dict[str, NativeStore] = {}

    def uploads(self) -> NativeStore:
        seconds = self._source.settings.read_timeout + self._largest_upload / SLOWEST_LINE
        return self._client("uploads", timedelta(seconds=seconds), retries=0)

    def downloads(self) -> NativeStore:
        return self._client("downloads", LONGEST_DOWNLOAD, retries=max(0, self._source.settings.max_attempts - 1))

    def close(self) -> None:
        self._made.clear()

    def _client(self, purpose: str, timeout: timedelta, *, retries: int) -> NativeStore:
        refuse_forked(using=True)
        with self._lock:
            if purpose not in self._made:
                self._made[purpose] = self._make(timeout, retries)
            return self._made[purpose]

    def _make(self, timeout: timedelta, retries: int) -> NativeStore:
        endpoint = self._source.endpoint_url()
        options = client_options(self._source.settings, endpoint, self._connections, timeout)
        return NativeStore(
            self._source.place.bucket,
            config=self._config(endpoint),
            client_options=options,
            retry_config={
                "max_retries": retries,
                "retry_timeout": RETRY_FOR,
                "backoff": {
                    "init_backoff": timedelta(milliseconds=100),
                    "max_backoff": timedelta(seconds=15),
                    "base": 2,
                },
            },
            credential_provider=self._credentials,
        )

    def _config(self, endpoint: str) -> Any:
        """All of it explicit: obstore takes what is left out from the environment, ``AWS_SKIP_SIGNATURE`` included."""
        place = self._source.place
        virtual = place.addressing == "virtual"
        return {
            "region": place.region,
            "endpoint": place.bucket_url(endpoint) if virtual else endpoint,
            "virtual_hosted_style_request": virtual,
            "skip_signature": False,
            "unsigned_payload": False,
            "conditional_put": "etag",
            "s3_express": False,
        }

    def _credentials(self) -> Any:
        # obstore knows neither profiles nor SSO: the session that also serves boto3 is asked.
        keys = self._source.credentials()
        return {
            "access_key_id": keys.access_key_id,
            "secret_access_key": keys.secret_access_key,
            "token": keys.session_token,
            "expires_at": datetime.now(timezone.utc) + CREDENTIALS_LIVE,
        }


def client_options(settings: ClientSettings, endpoint: str, connections: int, timeout: timedelta) -> Any:
    """obstore's names for the same settings that the boto3 client has."""
    scheme = endpoint.partition("://")[0]
    options: dict[str, Any] = {
        "allow_http": scheme == "http",
        "timeout": timeout,
        "connect_timeout": timedelta(seconds=settings.connect_timeout),
        "read_timeout": timedelta(seconds=settings.read_timeout),
        "pool_max_idle_per_host": str(connections),
    }
    if settings.verify is False:
        options["allow_invalid_certificates"] = True
    elif isinstance(settings.verify, str):
        options["root_certificate"] = Path(settings.verify).read_bytes()
    if scheme in settings.proxies:
        options["proxy_url"] = settings.proxies[scheme]
    return options
