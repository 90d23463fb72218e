"""Who gets what, and what all others can tell from the answers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.core.exceptions import ImproperlyConfigured
from django.core.files.base import ContentFile
from django.test import Client, override_settings

from tests.desk.models import DESK, Submission
from tests.desk.storages import stored
from tests.validators.samples import PDF

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.downloads.urlconf")]

WITH_USERS = override_settings(
    INSTALLED_APPS=[
        "django.contrib.contenttypes",
        "django.contrib.auth",
        "django.contrib.sessions",
        "medialift",
        "tests.desk",
    ],
    MIDDLEWARE=[
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
    ],
    SESSION_ENGINE="django.contrib.sessions.backends.signed_cookies",
    LOGIN_URL="/sign-in/",
)


class GivesToFriends:
    """An object-level backend: whoever is called like the row's file may see it."""

    def authenticate(self, request: Any) -> None:
        return None

    def has_perm(self, user: Any, permission: str, row: Any = None) -> bool:
        return row is not None and permission == "desk.view_submission" and user.username in row.paper.name


@pytest.fixture(autouse=True)
def _with_users() -> Iterator[None]:
    with WITH_USERS:
        yield
    for info in list(DESK.store.list()):
        DESK.store.delete(info.key)


@pytest.fixture
def ann() -> User:
    return User.objects.create_user("ann")


@pytest.fixture
def paper(ann: User) -> Submission:
    return Submission.objects.create(owner=ann, paper=ContentFile(PDF, name="ann.pdf"))


def as_user(user: User | None) -> Client:
    client = Client()
    if user:
        client.force_login(user)
    return client


def body(response: Any) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


def told(response: Any) -> tuple[Any, ...]:
    """Everything that a stranger can see of an answer."""
    return response.status_code, body(response), sorted(response.headers.items())


def test_the_owner_gets_the_file_and_a_stranger_nothing(paper: Submission, ann: User) -> None:
    bob = User.objects.create_user("bob")
    address = f"/papers/{paper.pk}/"
    assert body(as_user(ann).get(address)) == PDF
    for user in (bob, None):
        assert as_user(user).get(address).status_code == 404


class Counting:
    """A store that counts what it is asked."""

    def __init__(self, store: Any) -> None:
        self.asked, self._store = 0, store

    def __getattr__(self, name: str) -> Any:
        self.asked += name in ("get", "head", "list", "put")
        return getattr(self._store, name)


@pytest.mark.parametrize("method", ["get", "head"])
def test_what_may_not_be_seen_answers_like_what_is_not_there_and_the_bucket_is_not_asked(
    paper: Submission, ann: User, monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    User.objects.create_user("bob")
    gone = Submission.objects.create(owner=ann, paper="papers/gone.pdf")
    none = Submission.objects.create(owner=ann)
    counting = Counting(DESK.store)
    monkeypatch.setattr(DESK, "_open_store", counting)
    pairs = [f"/papers/{row}/" for row in (paper.pk, gone.pk, none.pk, 987_654, 10**30)]
    names = [
        f"/names/{name}" for name in ("papers/ann.pdf", "papers/gone.pdf", "papers/never.pdf", "..", "a//b", "%00")
    ]
    for user in (User.objects.get(username="bob"), None):
        client = as_user(user)
        for group in (pairs, names):
            answers = {str(told(getattr(client, method)(address))).replace(address, "") for address in group}
            assert len(answers) == 1, answers
    assert counting.asked == 0


def test_a_lost_file_answers_its_owner_as_a_stranger(ann: User) -> None:
    gone = Submission.objects.create(owner=ann, paper="papers/gone.pdf")
    assert told(as_user(ann).get(f"/papers/{gone.pk}/")) == told(as_user(None).get(f"/papers/{gone.pk}/"))


def test_visitors_who_are_not_signed_in_are_sent_to_the_login_page_whatever_they_ask_for(
    paper: Submission, ann: User
) -> None:
    for row in (paper.pk, 987_654):
        response = as_user(None).get(f"/login/{row}/")
        assert (response.status_code, response["Location"]) == (302, f"/sign-in/?next=/login/{row}/")
    assert as_user(ann).get(f"/login/{paper.pk}/").status_code == 200


def test_djangos_permissions_and_object_level_backends_are_asked(paper: Submission, ann: User) -> None:
    carl = User.objects.create_user("carl")
    assert as_user(carl).get(f"/perm/{paper.pk}/").status_code == 404
    carl.user_permissions.add(Permission.objects.get(codename="view_submission"))
    assert as_user(carl).get(f"/perm/{paper.pk}/").status_code == 200
    backends = ["django.contrib.auth.backends.ModelBackend", "tests.downloads.test_views.GivesToFriends"]
    with override_settings(AUTHENTICATION_BACKENDS=backends):
        assert as_user(ann).get(f"/object/{paper.pk}/").status_code == 200
        dora = User.objects.create_user("dora")
        assert as_user(dora).get(f"/object/{paper.pk}/").status_code == 404


def test_an_async_permission_is_awaited(paper: Submission) -> None:
    assert Client().get(f"/async/{paper.pk}/").status_code == 404
    assert Client(headers={"X-Pass": "yes"}).get(f"/async/{paper.pk}/").status_code == 200


def test_a_view_without_a_permission_serves_nobody_and_says_why(paper: Submission) -> None:
    with pytest.raises(ImproperlyConfigured, match="set its permission"):
        Client().get(f"/closed/{paper.pk}/")


def test_only_reading_is_possible(paper: Submission, ann: User) -> None:
    for method in ("post", "put", "patch", "delete"):
        assert getattr(as_user(ann), method)(f"/papers/{paper.pk}/").status_code == 405


# ── by name ──────────────────────────────────────────────────────────────────────────────────


def test_a_name_belongs_to_the_rows_that_hold_it(paper: Submission, ann: User) -> None:
    bob = User.objects.create_user("bob")
    assert body(as_user(ann).get("/names/papers/ann.pdf")) == PDF
    assert as_user(bob).get("/names/papers/ann.pdf").status_code == 404
    Submission.objects.create(owner=bob, paper="papers/ann.pdf")
    assert as_user(bob).get("/names/papers/ann.pdf").status_code == 200


def test_a_row_with_a_name_in_other_letters_opens_nothing(
    paper: Submission, ann: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """MariaDB finds ``papers/ANN.pdf`` when asked for ``papers/ann.pdf``."""
    bob = User.objects.create_user("bob")
    other = Submission.objects.create(owner=bob, paper="papers/ANN.pdf")
    everything = Submission.objects.filter(pk__in=[paper.pk, other.pk])
    monkeypatch.setattr(type(Submission._default_manager), "filter", lambda manager, **wanted: everything)
    assert as_user(bob).get("/names/papers/ann.pdf").status_code == 404
    assert as_user(ann).get("/names/papers/ann.pdf").status_code == 200


ODD_NAMES = (
    "../x",
    "papers/../papers/ann.pdf",
    "papers//ann.pdf",
    "./papers/ann.pdf",
    "/papers/ann.pdf",
    "papers\\ann.pdf",
    "papers/ann.pdf/",
    "papers%2f..%2fpapers/ann.pdf",
    "%2e%2e/x",
    "papers/ann.pdf%00",
    "%5c..%5cx",
)


@pytest.mark.parametrize("name", ODD_NAMES)
def test_a_name_that_is_written_otherwise_is_no_name(paper: Submission, ann: User, name: str) -> None:
    for place in ("names", "stream", "ready", "redirect", "nginx", "apache"):
        assert as_user(ann).get(f"/{place}/{name}").status_code in (301, 404)


def test_the_ready_urlconf_is_closed_until_it_is_opened(ann: User) -> None:
    with stored({"default": {"BACKEND": "django.core.files.storage.InMemoryStorage"}}):
        from django.core.files.storage import default_storage

        default_storage.save("a.txt", ContentFile(b"hello"))
        assert as_user(None).get("/ready/a.txt").status_code == 404
        assert as_user(ann).get("/ready/a.txt").status_code == 404
        boss = User.objects.create_user("boss", is_staff=True)
        assert body(as_user(boss).get("/ready/a.txt")) == b"hello"


# ── old links ────────────────────────────────────────────────────────────────────────────────

CLOUD = {"bucket": "b", "region": "eu-west-1", "access_key_id": "AKIA", "secret_access_key": "s"}


def cloud(**options: Any) -> Any:
    backend = {"BACKEND": "medialift.storage.MediaStorage", "OPTIONS": {**CLOUD, **options}}
    return stored({"default": backend})


def test_old_links_of_a_public_site_lead_to_the_bucket_without_asking_it() -> None:
    with cloud(custom_domain="cdn.example.com", prefix="media"):
        response = Client().get("/media/photos/a%20b.jpg?v=3")
        assert (response.status_code, response["Location"]) == (302, "https://cdn.example.com/media/photos/a%20b.jpg")
        assert response["Cache-Control"] == "public, max-age=3600"
        for bad in ("../x", "a/../../x", "a//b"):
            assert Client().get(f"/media/{bad}").status_code == 404


def test_old_links_of_private_files_need_a_permission() -> None:
    with cloud(), pytest.raises(ImproperlyConfigured, match="set its permission"):
        Client().get("/media/a.jpg")


def test_an_old_link_that_would_lead_to_itself_is_the_file(tmp_path: Path) -> None:
    """A folder in development has its files served from MEDIA_URL."""
    (tmp_path / "é a.txt").write_bytes(b"hello")
    with cloud(provider="filesystem", bucket=str(tmp_path), base_url="/media/"):
        response = Client().get("/media/%C3%A9%20a.txt")
        assert (response.status_code, body(response)) == (200, b"hello")
        assert Client().get("/media/missing.txt").status_code == 404
