"""What browsers ask of a page that gives files to those who may have them, alike for every package that has one."""

from __future__ import annotations

from typing import Any

from django.test import Client

from tests.compared.site import HOME


def answer(name: str, data: bytes = b"0123456789", method: str = "get", at: str = "private", **headers: str) -> Any:
    """The answer for a file that is written first, with *data*."""
    (HOME / name).write_bytes(data)
    return getattr(Client(), method)(f"/{at}/{name}", headers=headers)


def ranges() -> int:
    return int(answer("a.txt", Range="bytes=2-4").status_code)


def conditions() -> list[int]:
    head = answer("a.txt", method="head")
    since = {"If-Modified-Since": head["Last-Modified"]}
    return [head.status_code, Client().get("/private/a.txt", headers=since).status_code]


def etag() -> bool:
    return bool(answer("a.txt").has_header("ETag"))
