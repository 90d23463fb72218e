"""The least that listing the bucket can cost: obstore's stream, and nothing done with it."""

from __future__ import annotations

import json
import os

from obstore.store import S3Store


def main() -> None:
    site = json.loads(os.environ["BENCH_SITE"])
    store = S3Store(
        site["bucket"],
        config={
            "endpoint": site["endpoint_url"],
            "region": "us-east-1",
            "access_key_id": site["access_key_id"],
            "secret_access_key": site["secret_access_key"],
        },
        client_options={"allow_http": True},
    )
    for page in store.list(chunk_size=1000):
        for _ in page:
            pass


if __name__ == "__main__":
    main()
