"""One kind of call on one storage, many times: ``storage_calls.py ALIAS CALL COUNT``."""

from __future__ import annotations

import sys
from collections.abc import Callable

import django

BODY = b"x" * 20480
LARGE = "large.bin"


def main(alias: str, call: str, count: int) -> None:
    django.setup()
    from django.core.files.base import ContentFile
    from django.core.files.storage import Storage, storages

    storage: Storage = storages[alias]

    def save(number: int) -> None:
        storage.save(f"{alias}/{number:06}.jpg", ContentFile(BODY))

    def read(number: int) -> None:
        with storage.open(LARGE) as file:
            assert len(file.read(10)) == 10

    def url(number: int) -> None:
        storage.url(f"photos/{number % 100:06}.jpg")

    def exists(number: int) -> None:
        storage.exists(LARGE)

    def nothing(number: int) -> None:
        storage.generate_filename("x")

    calls: dict[str, Callable[[int], None]] = {
        "save": save, "read": read, "url": url, "exists": exists, "start": nothing
    }  # fmt: skip
    for number in range(count):
        calls[call](number)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
