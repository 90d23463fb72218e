"""What an address costs: ``python -m benchmarks.urls``. Needs nothing but the test dependencies; sends nothing.

Fifty names, as a page of pictures has them, signed again and again by medialift's ``url()``, by
django-storages' ``S3Storage.url()`` and by boto3's presigner itself. Contestants take turns; the median
round counts, in CPU time, which other programs disturb least. First it is shown that medialift and
botocore give the same bytes for the same inputs.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

NAMES = [f"photos/2026/11/été {number:03d}.jpg" for number in range(50)]
KEYS = {"access_key": "AKIDEXAMPLE", "secret_key": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"}
BUCKET, REGION = "bucket", "eu-west-3"
ROUNDS = 7
PASSES = 40
"""How often a round signs all names."""

Sign = Callable[[str], str]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.urls", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print the figures as one JSON object")
    arguments = parser.parse_args()
    _configure()
    contestants = {
        "medialift": medialift_signed(),
        "django-storages": django_storages(querystring_auth=True),
        "boto3": boto3_presigner(),
        "medialift, public": medialift_public(),
        "django-storages, public": django_storages(custom_domain="cdn.example.com"),
    }
    same = same_bytes()
    figures = {name: cost * 1e6 for name, cost in raced(contestants).items()}
    if arguments.json:
        print(json.dumps({"microseconds": figures, "same_bytes_as_botocore": same}))
        return
    print(f"The same bytes as botocore's presigner, for {len(NAMES)} names and 4 kinds of request: {same}\n")
    print("| | µs for an address | times medialift's |\n|---|---|---|")
    for name, cost in figures.items():
        peer = figures["medialift, public" if name.endswith("public") else "medialift"]
        print(f"| {name} | {cost:.1f} | {cost / peer:.1f} |")


def raced(contestants: dict[str, Sign]) -> dict[str, float]:
    """Seconds for one address, by contestant: the median of the rounds."""
    taken: dict[str, list[float]] = {name: [] for name in contestants}
    for _ in range(ROUNDS):
        for name, sign in contestants.items():
            passes = PASSES if "medialift" in name else max(PASSES // 10, 1)
            started = time.process_time()
            for _ in range(passes):
                for file in NAMES:
                    sign(file)
            taken[name].append((time.process_time() - started) / (passes * len(NAMES)))
    return {name: statistics.median(times) for name, times in taken.items()}


def medialift_signed(**options: Any) -> Sign:
    from medialift.storage import MediaStorage

    keys = {"access_key_id": KEYS["access_key"], "secret_access_key": KEYS["secret_key"]}
    return MediaStorage(provider="s3", bucket=BUCKET, region=REGION, **keys, **options).url


def medialift_public() -> Sign:
    return medialift_signed(custom_domain="cdn.example.com")


def django_storages(**options: Any) -> Sign:
    from storages.backends.s3 import S3Storage

    storage = S3Storage(bucket_name=BUCKET, region_name=REGION, signature_version="s3v4", **KEYS, **options)
    return lambda name: str(storage.url(name))


def boto3_presigner() -> Sign:
    client = _client()
    return lambda name: str(
        client.generate_presigned_url("get_object", Params={"Bucket": BUCKET, "Key": name}, ExpiresIn=3600)
    )


def same_bytes() -> bool:
    """Whether signing in-process gives botocore's bytes: plain, as a download, as another type, for HEAD."""
    import botocore.auth

    clocked: Any = botocore.auth
    from medialift.stores.headers import attachment
    from medialift.stores.sigv4 import SigningKey, presign

    now = datetime(2026, 11, 21, 12, 30, tzinfo=timezone.utc)
    key = SigningKey(KEYS["access_key"], KEYS["secret_key"], REGION)
    saved, other = {"ResponseContentDisposition": attachment("été.jpg")}, {"ResponseContentType": "text/plain"}
    kinds = [("get_object", "GET", {}), ("get_object", "GET", saved), ("get_object", "GET", other)]
    client, clock = _client(), clocked.get_current_datetime
    clocked.get_current_datetime = lambda *args, **kwargs: now.replace(tzinfo=None)
    try:
        for operation, method, wishes in [*kinds, ("head_object", "HEAD", {})]:
            for name in NAMES:
                parameters = {"Bucket": BUCKET, "Key": name, **wishes}
                theirs = client.generate_presigned_url(operation, Params=parameters, ExpiresIn=3600)
                query = [(_header(wish), value) for wish, value in wishes.items()]
                origin = f"https://{BUCKET}.s3.{REGION}.amazonaws.com"
                hour = timedelta(hours=1)
                ours = presign(key, method=method, origin=origin, path=f"/{name}", expires=hour, now=now, query=query)
                if ours != theirs:
                    return False
    finally:
        clocked.get_current_datetime = clock
    return True


def _header(parameter: str) -> str:
    return {
        "ResponseContentDisposition": "response-content-disposition",
        "ResponseContentType": "response-content-type",
    }[parameter]


def _client() -> Any:
    import boto3
    from botocore.config import Config

    return boto3.client(
        "s3",
        aws_access_key_id=KEYS["access_key"],
        aws_secret_access_key=KEYS["secret_key"],
        region_name=REGION,
        config=Config(signature_version="s3v4", s3={"addressing_style": "virtual"}),
    )


def _configure() -> None:
    from django.conf import settings

    if not settings.configured:
        settings.configure(USE_TZ=True, MEDIA_URL="/media/")


if __name__ == "__main__":
    main()
