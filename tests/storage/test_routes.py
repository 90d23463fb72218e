from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.base import ContentFile
from django.core.files.storage import storages

from medialift.conf.routes import Routes, routes
from medialift.errors import ConfigError
from medialift.storage import MediaStorage
from tests.cli.conftest import use
from tests.storage.test_media import BACKEND, Counting

MEMORY: dict[str, Any] = {"BACKEND": BACKEND, "OPTIONS": {"provider": "memory"}}
ROUTES = {"docs/": "documents", "docs/open/": "open", "a/b/": "documents"}


@pytest.fixture
def storage(settings: Any) -> Any:
    """A routed storage whose stores write down what they are asked."""
    default = {"BACKEND": BACKEND, "OPTIONS": {"provider": "memory", "routes": ROUTES}}
    use(settings, {"default": default, "documents": MEMORY, "open": MEMORY})
    for alias in ("default", "documents", "open"):
        found: Any = storages[alias]
        found._open_store = Counting(found.store)
    return storages["default"]


def store(alias: str) -> Any:
    opened: Any = storages[alias]
    return opened.store


def keys(alias: str) -> list[str]:
    return [info.key for info in store(alias).list()]


@pytest.mark.parametrize(
    ("name", "alias"),
    [
        ("photos/1.jpg", "default"),
        ("docs/1.pdf", "documents"),
        ("docs//1.pdf", "documents"),
        ("./docs/1.pdf", "documents"),
        ("docs/open/1.pdf", "open"),
        ("docs", "default"),
        ("docs.txt", "default"),
        ("Docs/1.pdf", "default"),
        ("a/b/c", "documents"),
        ("a/bc", "default"),
    ],
)
def test_every_method_goes_where_the_prefix_leads(storage: MediaStorage, name: str, alias: str) -> None:
    saved = storage.save(name, ContentFile(b"body"))
    assert {found: keys(found) for found in ("default", "documents", "open")} == {
        "default": [], "documents": [], "open": [], alias: [saved]
    }  # fmt: skip
    assert storage.exists(name)
    assert storage.size(name) == 4
    with storage.open(name) as file:
        assert file.read() == b"body"
    assert storage.url(name) == storages[alias].url(name)
    assert storage.get_modified_time(name) <= datetime.now(timezone.utc)
    storage.delete(name)
    assert keys(alias) == []


def test_a_file_object_without_a_name_goes_by_its_own(storage: MediaStorage) -> None:
    assert storage.save(None, ContentFile(b"x", name="docs/own.pdf")) == "docs/own.pdf"
    assert keys("documents") == ["docs/own.pdf"]


def test_writing_to_an_open_file_goes_there_too(storage: MediaStorage) -> None:
    with storage.open("docs/a.txt", "w") as file:
        file.write("x")
    assert keys("documents") == ["docs/a.txt"]


def test_a_taken_name_gets_another_in_the_same_place(storage: MediaStorage) -> None:
    first, second = (storage.save("docs/a.txt", ContentFile(body)) for body in (b"1", b"2"))
    assert first != second
    assert sorted(keys("documents")) == sorted([first, second])


def test_routing_costs_no_request(storage: MediaStorage) -> None:
    storage.save("docs/a.txt", ContentFile(b"x"))
    assert storage.exists("docs/a.txt")
    assert store("documents").calls == ["put docs/a.txt", "head docs/a.txt"]
    assert store("default").calls == []


@pytest.mark.parametrize("name", ["docs/../../x", "../docs/x", "/docs/x"])
def test_no_route_leads_out(storage: MediaStorage, name: str) -> None:
    for call in (storage.open, storage.exists, storage.delete, storage.size):
        with pytest.raises(SuspiciousFileOperation):
            call(name)
    with pytest.raises(SuspiciousFileOperation):
        storage.save(name, ContentFile(b"x"))


def test_a_url_of_a_name_with_a_slash_before_it_is_that_of_the_route(storage: MediaStorage) -> None:
    assert storage.url("/docs/a.txt") == storages["documents"].url("docs/a.txt")


def test_folders_are_listed_where_they_are_reached(storage: MediaStorage) -> None:
    for name in ("photos/1.jpg", "root.txt", "docs/1.pdf", "docs/open/2.pdf", "a/b/c", "a/x"):
        storage.save(name, ContentFile(b"x"))
    for key in ("docs/hidden", "a/b/hidden"):
        store("default").put(key, b"out of reach")
    assert sorted(storage.listdir("")[0]) == ["a", "docs", "photos"]
    assert storage.listdir("")[1] == ["root.txt"]
    assert storage.listdir("docs") == (["open"], ["1.pdf"])
    assert storage.listdir("docs/open") == ([], ["2.pdf"])
    assert storage.listdir("a") == (["b"], ["x"])
    assert storage.listdir("a/b") == ([], ["c"])


def test_an_empty_route_is_no_folder(storage: MediaStorage) -> None:
    store("default").put("docs/hidden", b"out of reach")
    assert storage.listdir("") == ([], [])


def test_a_route_to_a_storage_with_routes_is_refused(settings: Any) -> None:
    def entry(leads_to: str) -> dict[str, Any]:
        return {"BACKEND": BACKEND, "OPTIONS": {"provider": "memory", "routes": {"docs/": leads_to}}}

    use(settings, {"default": entry("other"), "other": entry("default")})
    with pytest.raises(ConfigError, match="has routes of its own"):
        storages["default"].exists("docs/x")


def test_a_route_to_nowhere_names_the_entries_that_there_are(settings: Any) -> None:
    use(settings, {"default": {"BACKEND": BACKEND, "OPTIONS": {"provider": "memory", "routes": {"docs/": "nil"}}}})
    with pytest.raises(ConfigError) as caught:
        storages["default"].url("docs/x")
    assert "default" in caught.value.hint


@pytest.mark.parametrize(
    "wrong",
    [{"docs": "a"}, {"/docs/": "a"}, {"": "a"}, {"/": "a"}, {"a//": "b"}, {"../": "b"}, {"docs/": ""}, {"a/": 1}, []],
)
def test_routes_that_say_nothing_are_refused(wrong: Any) -> None:
    with pytest.raises(ConfigError, match="'routes' is not a dict"):
        MediaStorage(provider="memory", routes=wrong)


def test_a_fields_route_counts_before_that_of_a_prefix() -> None:
    found = routes({"shop.Order.invoice": "private", "docs/": "documents"})
    assert found.of("shop.Order.invoice", "docs/1.pdf") == "private"
    assert found.of("shop.Order.photo", "docs/1.pdf") == "documents"
    assert found.of("shop.Order.photo", "1.jpg") is None
    assert found.aliases == ("private", "documents")
    assert not Routes()
