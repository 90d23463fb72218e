"""What a browser does with each kind of upload, from the first question to the row."""

from __future__ import annotations

from typing import Any

from django.test import Client

from tests.desk.models import Submission
from tests.stores.s3.test_uploads import sent
from tests.uploads.conftest import announced, asked, carried, hand_in, looked_at
from tests.uploads.test_cloudinary import chunked
from tests.uploads.test_parts import request_of
from tests.uploads.test_supabase import patched


def brought(client: Client, data: bytes) -> tuple[str, bytes]:
    """The kind of upload that *data* got, and what is in the row's file afterwards."""
    answer = announced(client, "a film.bin", len(data)).json()
    kind = str(answer["upload"]["kind"])
    if kind == "parts":
        _in_parts(client, answer, data)
    elif kind == "tus":
        _by_tus(answer["upload"], data)
    elif kind == "cloudinary":
        assert set(chunked(answer["upload"], data)) == {200}
    else:
        assert carried(client, answer, data) in (200, 204)
    seen = looked_at(client, answer["ticket"])
    assert seen.status_code == 200, seen.content
    row = Submission.objects.get(pk=hand_in(client, seen.json()["receipt"]).content.decode())
    with row.plain.open() as file:
        return kind, file.read()


def _in_parts(client: Client, answer: dict[str, Any], data: bytes) -> None:
    size, numbers = answer["upload"]["part_size"], list(range(1, answer["upload"]["count"] + 1))
    for told in asked(client, answer["ticket"], parts=numbers).json()["parts"]:
        start = (told["number"] - 1) * size
        assert sent(request_of(told), data[start : start + size]) == 200
    assert asked(client, answer["ticket"], arrived=True).json()["arrived"] == numbers


def _by_tus(upload: dict[str, Any], data: bytes) -> None:
    size = upload["chunk_size"]
    assert {patched(upload, start, data[start : start + size]) for start in range(0, len(data), size)} == {204}
