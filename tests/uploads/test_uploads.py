"""A file's whole way, on every kind of store, and every way that must not lead anywhere."""

from __future__ import annotations

import hashlib
import io
import json
import time
import tracemalloc
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from django.core import signing
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.files.storage import FileSystemStorage, InMemoryStorage
from django.test import Client

from medialift.errors import UploadsFrozenError
from medialift.freeze import FreezableMediaStorage
from medialift.ledger.freezing import freeze
from medialift.storage import MediaStorage
from medialift.stores.filesystem import FilesystemStore
from medialift.stores.memory import MemoryStore
from medialift.uploads import FOLDER, steps
from medialift.uploads.tickets import RECEIPT, TICKET, Ticket
from tests.desk.models import Submission
from tests.servers.proxy import FaultProxy
from tests.servers.s3server import S3Server
from tests.uploads.conftest import (
    announced,
    carried,
    hand_in,
    keys,
    looked_at,
    on_server,
    problem,
    signed_in,
    uploaded,
    using,
)
from tests.validators.samples import PDF, bomb, picture

pytestmark = pytest.mark.urls("tests.uploads.urlconf")

PICTURE = picture("PNG")
EVIL = b"<html><script>alert(1)</script></html>"


# ── on every store ───────────────────────────────────────────────────────────────────────────


def test_a_file_reaches_its_row(storage: Any, ann: Client) -> None:
    seen = uploaded(ann, "My Cat.png", PICTURE)
    assert seen.status_code == 200
    told = seen.json()
    assert announced(ann, "a.png", 7).json()["upload"]["kind"] == "single"
    assert (told["name"], told["size"], told["type"]) == ("My Cat.png", len(PICTURE), "image/png")
    row = Submission.objects.get(pk=hand_in(ann, told["receipt"]).content.decode())
    assert str(row.plain.name).startswith("plain/My_Cat_")
    assert row.plain.read() == PICTURE
    row.plain.close()
    assert keys(storage) == [row.plain.name]


@pytest.mark.parametrize("data", [EVIL, b"", PICTURE[:-200], PDF], ids=["html", "empty", "cut", "pdf"])
def test_a_file_that_is_not_accepted_is_removed(storage: Any, ann: Client, data: bytes) -> None:
    answer = announced(ann, "cat.png", len(data))
    if data:
        assert carried(ann, answer.json(), data) in (200, 204)
        problem(looked_at(ann, answer.json()["ticket"]))
    else:
        assert problem(answer) == "file_too_small"
    assert keys(storage) == []


def test_a_file_of_another_size_gets_no_receipt(storage: Any, ann: Client) -> None:
    answer = announced(ann, "cat.png", len(PICTURE)).json()
    carried(ann, answer, PICTURE + b"more")
    assert problem(looked_at(ann, answer["ticket"])) in ("other_size", "not_there")
    assert keys(storage) == []


def test_a_file_is_held_against_the_digest_that_the_browser_tells(storage: Any, ann: Client) -> None:
    damaged = PICTURE[:-20] + bytes(1) + PICTURE[-19:]
    digest = hashlib.sha256(PICTURE).hexdigest()
    for data in (damaged, PICTURE):
        answer = announced(ann, "cat.png", len(PICTURE), sha256=digest).json()
        assert carried(ann, answer, data) in (200, 204)
        seen = looked_at(ann, answer["ticket"])
        if data is damaged:
            assert problem(seen) == "other_bytes"
            assert keys(storage) == []
    row = Submission.objects.get(pk=hand_in(ann, seen.json()["receipt"]).content.decode())
    assert row.plain.read() == PICTURE
    row.plain.close()


def test_a_file_that_is_replaced_after_the_look_is_not_taken(storage: Any, ann: Client) -> None:
    receipt = uploaded(ann, "cat.png", PICTURE).json()["receipt"]
    [key] = keys(storage)
    storage.store.put(key, EVIL.ljust(len(PICTURE)))
    with pytest.raises(ValidationError, match="changed"):
        hand_in(ann, receipt)
    assert keys(storage) == []


def test_a_receipt_gives_one_row_its_file_and_no_second(storage: Any, ann: Client) -> None:
    receipt = uploaded(ann, "cat.png", PICTURE).json()["receipt"]
    hand_in(ann, receipt)
    with pytest.raises(ValidationError, match="already"):
        hand_in(ann, receipt)


def test_a_form_that_failed_after_the_file_was_taken_can_be_sent_again(storage: Any, ann: Client) -> None:
    receipt = uploaded(ann, "cat.png", PICTURE).json()["receipt"]
    with (
        mock.patch.object(Submission.objects, "create", side_effect=OSError("full")),
        pytest.raises(OSError, match="full"),
    ):
        hand_in(ann, receipt)
    row = Submission.objects.get(pk=hand_in(ann, receipt).content.decode())
    assert keys(storage) == [row.plain.name]


def test_a_form_that_is_sent_twice_at_once_takes_the_file_once(storage: Any, ann: Client) -> None:
    receipt = uploaded(ann, "cat.png", PICTURE).json()["receipt"]
    exists, asked = steps._exists, []

    def late(store: Any, key: str) -> bool:
        """The first question is answered before the other form took the file, and heard after it."""
        asked.append(key)
        if len(asked) == 1:
            hand_in(ann, receipt)
            return False
        return len(asked) > 2 and exists(store, key)

    with mock.patch.object(steps, "_exists", late), pytest.raises(ValidationError, match="already"):
        hand_in(ann, receipt)
    row = Submission.objects.get()
    assert keys(storage) == [row.plain.name]


def test_a_ticket_that_is_used_again_gives_no_second_row_its_file(storage: Any, ann: Client) -> None:
    answer = announced(ann, "cat.png", len(PICTURE)).json()
    carried(ann, answer, PICTURE)
    hand_in(ann, looked_at(ann, answer["ticket"]).json()["receipt"])
    assert problem(looked_at(ann, answer["ticket"])) == "not_there"
    storage.store.put(signing.loads(answer["ticket"], salt=TICKET)["key"], PICTURE)
    receipt = looked_at(ann, answer["ticket"]).json()["receipt"]
    with pytest.raises(ValidationError, match="already"):
        hand_in(ann, receipt)
    [row] = Submission.objects.all()
    assert row.plain.read() == PICTURE
    row.plain.close()


def test_a_cancelled_upload_leaves_nothing(storage: Any, ann: Client) -> None:
    answer = announced(ann, "cat.png", len(PICTURE)).json()
    carried(ann, answer, PICTURE)
    headers = {"X-Upload-Ticket": answer["ticket"]}
    assert [ann.delete("/plain/", headers=headers).status_code for _ in range(2)] == [204, 204]
    assert keys(storage) == []
    assert problem(looked_at(ann, answer["ticket"])) == "not_there"


# ── what is accepted ─────────────────────────────────────────────────────────────────────────


@pytest.mark.usefixtures("memory")
@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"name": "cat.png", "size": 30_001}, "file_too_large"),
        ({"name": "cat.png", "size": "7"}, "bad_name"),
        ({"name": "cat.png", "size": True}, "bad_name"),
        ({"name": "cat.png", "size": -1}, "bad_name"),
        ({"name": "cat.png", "size": 10**4200}, "bad_name"),
        ({"name": 7, "size": 7}, "bad_name"),
        ({"name": "", "size": 7}, "bad_name"),
        ({"name": "..", "size": 7}, "bad_name"),
        ({"name": "x." + "y" * 250, "size": 7}, "bad_name"),
        ({"name": "cat.png", "size": 700, "sha256": "f" * 63}, "bad_request"),
        ({"name": "cat.png", "size": 700, "sha256": 7}, "bad_request"),
        ({"name": "cat.png", "size": 700, "sha256": "F" * 64}, "bad_request"),
        ({"ticket": None}, "invalid"),
        ({"ticket": ["x"]}, "invalid"),
        ([], "bad_request"),
        ({"name": "x" * 20_000, "size": 7}, "bad_request"),
    ],
)
def test_a_bad_question_gets_a_clear_answer(ann: Client, asked: Any, code: str) -> None:
    assert problem(ann.post("/plain/", json.dumps(asked), content_type="application/json")) == code


@pytest.mark.parametrize("name", ["../../etc/passwd.png", "..\\..\\boot.png", "/a/b.png", "a/../../b.png", "b\0c.png"])
def test_a_name_never_leads_out_of_the_fields_folder(memory: Any, ann: Client, name: str) -> None:
    receipt = uploaded(ann, name, PICTURE).json()["receipt"]
    hand_in(ann, receipt)
    [key] = keys(memory)
    assert key.startswith("plain/")
    assert key.count("/") == 1


@pytest.mark.usefixtures("memory")
def test_half_a_character_in_a_name_is_replaced(ann: Client) -> None:
    seen = uploaded(ann, "caf\ud800e.png", PICTURE).json()
    assert seen["name"] == "caf?e.png"
    assert hand_in(ann, seen["receipt"]).status_code == 200


def test_a_decompression_bomb_is_refused(memory: Any, ann: Client) -> None:
    problem(uploaded(ann, "big.png", bomb(900, 900), "photo"))
    assert keys(memory) == []


def test_a_drawing_is_sanitised_before_it_is_kept(memory: Any, ann: Client) -> None:
    drawing = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script><rect width="9"/></svg>'
    seen = uploaded(ann, "a.svg", drawing, "paper")
    assert seen.status_code == 200
    [key] = keys(memory)
    with memory.store.get(key) as download:
        data = download.read()
    assert b"script" not in data
    assert b"rect" in data
    assert seen.json()["size"] == len(data)


def test_what_replaces_a_drawing_just_after_it_was_made_safe_gets_no_receipt(
    memory: Any, ann: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawing = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
    store = type(memory.store)
    put = store.put

    def overtaken(self: Any, key: str, body: Any, **more: Any) -> Any:
        answer = put(self, key, body, **more)
        if isinstance(body, bytes):  # the site's own, and not what the browser sends
            put(self, key, drawing)
        return answer

    monkeypatch.setattr(store, "put", overtaken)
    assert problem(uploaded(ann, "a.svg", drawing, "paper")) == "changed"
    monkeypatch.undo()
    assert keys(memory) == []


@pytest.mark.usefixtures("memory")
def test_what_nobody_looked_at_is_not_a_page(ann: Client) -> None:
    answer = announced(ann, "a.svg", 10, "paper").json()
    assert answer["upload"]["headers"]["Content-Type"] == "application/octet-stream"


# ── tickets ──────────────────────────────────────────────────────────────────────────────────


def changed(ticket: str, **fields: Any) -> str:
    """The ticket with other fields and its old signature."""
    held = signing.loads(ticket, salt=TICKET)
    body = signing.dumps({**held, **fields}, salt=TICKET, key="guess", compress=True).partition(":")[0]
    return ":".join([body, *ticket.split(":")[1:]])


FORGERIES: list[Callable[[str], str]] = [
    lambda ticket: "x" + ticket,
    lambda ticket: changed(ticket, key="plain/other.png"),
    lambda ticket: changed(ticket, who="user 1000"),
    lambda ticket: changed(ticket, size=1),
    lambda ticket: signing.dumps(signing.loads(ticket, salt=TICKET), salt=TICKET, key="another"),
    lambda ticket: signing.dumps(signing.loads(ticket, salt=TICKET), salt=RECEIPT),
    lambda ticket: signing.dumps(["x"], salt=TICKET),
    lambda ticket: "",
]


@pytest.mark.parametrize("forge", FORGERIES)
def test_a_forged_ticket_opens_nothing(memory: Any, ann: Client, forge: Callable[[str], str]) -> None:
    answer = announced(ann, "cat.png", len(PICTURE)).json()
    forged = forge(answer["ticket"])
    headers = {"X-Upload-Ticket": forged}
    assert problem(ann.put("/plain/", PICTURE, content_type="image/png", headers=headers)) == "invalid"
    assert problem(ann.delete("/plain/", headers=headers)) == "invalid"
    assert problem(looked_at(ann, forged)) == "invalid"
    assert keys(memory) == []


@pytest.mark.usefixtures("memory")
def test_a_ticket_is_no_receipt(ann: Client) -> None:
    answer = announced(ann, "cat.png", len(PICTURE)).json()
    carried(ann, answer, PICTURE)
    with pytest.raises(ValidationError, match="not known"):
        hand_in(ann, answer["ticket"])


@pytest.mark.usefixtures("memory")
def test_a_ticket_is_for_one_field_and_one_visitor(ann: Client) -> None:
    answer = announced(ann, "cat.png", len(PICTURE)).json()
    carried(ann, answer, PICTURE)
    assert problem(looked_at(ann, answer["ticket"], "photo")) == "invalid"
    assert problem(looked_at(signed_in("bob"), answer["ticket"])) == "invalid"
    assert looked_at(ann, answer["ticket"]).status_code == 200


@pytest.mark.usefixtures("memory")
def test_a_receipt_is_for_one_field_and_one_visitor(ann: Client) -> None:
    mine = uploaded(ann, "cat.png", PICTURE).json()["receipt"]
    with pytest.raises(ValidationError, match="not known"):
        hand_in(signed_in("bob"), mine)
    other = uploaded(ann, "cat.png", PICTURE, "photo").json()["receipt"]
    with pytest.raises(ValidationError, match="not known"):
        hand_in(ann, other)


def at(moment: float) -> Any:
    return mock.patch("django.core.signing.time.time", return_value=moment)


@pytest.mark.usefixtures("memory")
def test_tickets_and_receipts_end(ann: Client) -> None:
    now = time.time()
    answer = announced(ann, "cat.png", len(PICTURE), "open").json()
    carried(ann, answer, PICTURE)
    for hours, code in ((5, ""), (7, "expired")):
        with at(now + timedelta(hours=hours).total_seconds()):
            response = looked_at(ann, answer["ticket"], "open")
            assert (problem(response) if code else response.status_code) == (code or 200)
    receipt = looked_at(ann, answer["ticket"], "open").json()["receipt"]
    with at(now + timedelta(hours=25).total_seconds()), pytest.raises(ValidationError, match="too long"):
        hand_in(ann, receipt)


@pytest.mark.usefixtures("memory")
def test_visitors_without_an_account_have_their_session() -> None:
    one, other = Client(), Client()
    answer = announced(one, "cat.png", len(PICTURE), "open").json()
    assert carried(one, answer, PICTURE) == 204
    assert problem(looked_at(other, answer["ticket"], "open")) == "invalid"
    assert looked_at(one, answer["ticket"], "open").status_code == 200


# ── who may ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.usefixtures("memory")
def test_nobody_uploads_without_permission(ann: Client) -> None:
    assert problem(announced(Client(), "cat.png", 7)) == "not_allowed"
    answer = announced(ann, "cat.png", len(PICTURE)).json()
    assert carried(Client(), answer, PICTURE) == 403
    with pytest.raises(ImproperlyConfigured, match="set its permission"):
        announced(ann, "cat.png", 7, "closed")


@pytest.mark.usefixtures("memory")
def test_another_site_cannot_upload_for_a_visitor() -> None:
    careful = signed_in("ann", enforce_csrf_checks=True)
    assert announced(careful, "cat.png", 7).status_code == 403
    assert careful.put("/plain/", PICTURE).status_code == 403


@pytest.mark.usefixtures("memory")
def test_a_body_of_another_size_is_not_even_read(ann: Client) -> None:
    answer = announced(ann, "cat.png", len(PICTURE)).json()
    assert carried(ann, answer, PICTURE[:-1]) == 400


@pytest.mark.parametrize("data", [PICTURE[:-9], PICTURE + b"more", b""])
def test_a_body_that_ends_early_or_late_stores_nothing(memory: Any, ann: Client, data: bytes) -> None:
    answer = announced(ann, "cat.png", len(PICTURE)).json()
    ticket = Ticket(**signing.loads(answer["ticket"], salt=TICKET))
    with pytest.raises(ValidationError, match="completely"):
        steps.carry(ticket, io.BytesIO(data))
    assert keys(memory) == []


# ── storages of other kinds ──────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("kind", ["django", "own"])
def test_any_storage_takes_uploads(kind: str, tmp_path: Path, ann: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    made = FileSystemStorage(location=tmp_path) if kind == "django" else InMemoryStorage()
    using(made, monkeypatch)
    receipt = uploaded(ann, "cat.png", PICTURE).json()["receipt"]
    row = Submission.objects.get(pk=hand_in(ann, receipt).content.decode())
    name = str(row.plain.name)
    with made.open(name) as file:
        assert file.read() == PICTURE
    assert made.url(name) == f"/media/{name}"
    assert made.listdir(FOLDER)[1] == []


def test_nothing_is_taken_while_uploads_are_frozen(ann: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    storage = using(FreezableMediaStorage.over(MemoryStore("media")), monkeypatch)
    answer = announced(ann, "cat.png", len(PICTURE)).json()
    carried(ann, answer, PICTURE)
    receipt = looked_at(ann, answer["ticket"]).json()["receipt"]
    freeze(retry_after=300, reason="moving")
    storage.__dict__.pop("_freeze_flag")  # a second later
    assert problem(announced(ann, "cat.png", len(PICTURE))) == "frozen"
    assert carried(ann, answer, PICTURE) == 503
    with pytest.raises(UploadsFrozenError):
        hand_in(ann, receipt)


def test_a_large_file_passes_in_bounded_memory(tmp_path: Path) -> None:
    """48 MiB through the site, as in development: no more than a few pieces are held."""
    store = FilesystemStore(tmp_path)
    size, piece = 48 * 1024**2, bytes(1024**2)
    tracemalloc.start()
    try:
        body: Any = steps._Exactly(Endless(piece, size), size)
        store.put("large", body)
        assert tracemalloc.get_traced_memory()[1] < 8 * 1024**2
    finally:
        tracemalloc.stop()
    assert store.head("large").size == size


class Endless:
    """A body that is made as it is read."""

    def __init__(self, piece: bytes, size: int) -> None:
        self.piece, self.left = piece, size

    def read(self, size: int) -> bytes:
        given = min(size, self.left, len(self.piece))
        self.left -= given
        return self.piece[:given]


# ── requests ─────────────────────────────────────────────────────────────────────────────────


def test_how_many_requests_an_upload_costs(moto: S3Server, ann: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """None to announce; one GET of up to 64 KiB to look; HEAD, COPY and DELETE to take."""
    with FaultProxy(moto) as proxy:
        storage = using(MediaStorage(**on_server(proxy.server, "ceph")), monkeypatch)
        storage.exists("warm")
        counts: list[int] = []
        before = len(proxy.requests)

        def count() -> None:
            counts.append(len(proxy.requests) - before - sum(counts))

        answer = announced(ann, "cat.png", len(PICTURE)).json()
        count()
        storage.store.put(signing.loads(answer["ticket"], salt=TICKET)["key"], PICTURE)
        count()
        receipt = looked_at(ann, answer["ticket"]).json()["receipt"]
        count()
        hand_in(ann, receipt)
        count()
        assert counts == [0, 1, 1, 3]
        storage.store.close()


def test_nothing_of_the_visitors_is_in_the_key_of_what_arrives(memory: Any, ann: Client) -> None:
    uploaded(ann, "cat.png", PICTURE)
    [key] = keys(memory)
    assert key.startswith(f"{FOLDER}/")
    assert "cat" not in key
