from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.template import Context, Engine

from medialift.links import media_url
from medialift.storage import MediaStorage
from tests.desk.models import DESK
from tests.desk.storages import stored
from tests.servers.proxy import FaultProxy
from tests.servers.s3server import S3Server
from tests.storage.test_urls import query, s3

ENGINE = Engine(libraries={"medialift": "medialift.templatetags.medialift"})


class Stored:
    def __init__(self, name: str, storage: Any) -> None:
        self.name, self.storage = name, storage


def rendered(source: str, **context: Any) -> str:
    return ENGINE.from_string("{% load medialift %}{% autoescape off %}" + source + "{% endautoescape %}").render(
        Context(context)
    )


@pytest.mark.parametrize("expires", ["5m", 300, timedelta(minutes=5), "300"])
def test_an_address_lasts_as_long_as_asked(expires: object) -> None:
    url = media_url(Stored("a.pdf", s3()), expires=expires)
    assert query(url)["X-Amz-Expires"] == "450"


def test_a_download_has_the_files_own_name_or_another() -> None:
    file = Stored("2026/rechnung.pdf", s3())
    assert (
        query(media_url(file, download=True))["response-content-disposition"] == 'attachment; filename="rechnung.pdf"'
    )
    assert "filename*=UTF-8''%C3%BC.pdf" in query(media_url(file, download="ü.pdf"))["response-content-disposition"]
    assert query(media_url(file, content_type="text/plain"))["response-content-type"] == "text/plain"
    assert "response-content-disposition" not in query(media_url(file))


def test_a_name_is_looked_for_in_the_storage_that_is_given() -> None:
    assert media_url("a b.txt", storage=s3(access="public")).endswith("/media/a%20b.txt")
    assert media_url("a.txt") == "/media/a.txt"


def test_a_time_that_is_none_says_what_one_is() -> None:
    with pytest.raises(ValueError, match=r"expires is seconds, or a duration like 15m, 1h or 7d, not 'soon'"):
        media_url(Stored("a.pdf", s3()), expires="soon")


def test_no_file_has_no_address() -> None:
    for nothing in (None, "", Stored("", s3())):
        assert media_url(nothing) == ""


def test_a_folder_gives_its_plain_address() -> None:
    assert media_url(Stored("a.txt", DESK), expires="5m", download=True) == "/media/a.txt"


def test_the_tag_signs_in_a_template() -> None:
    url = rendered('{% media_url file expires="5m" download="b.pdf" %}', file=Stored("a.pdf", s3()))
    assert query(url)["X-Amz-Expires"] == "450"
    assert query(url)["response-content-disposition"] == 'attachment; filename="b.pdf"'
    assert rendered("{% media_url file as url %}[{{ url }}]", file=None) == "[]"


def test_a_tag_is_escaped_where_it_stands_in_html() -> None:
    source = '{% load medialift %}<img src="{% media_url file %}">'
    html = ENGINE.from_string(source).render(Context({"file": Stored("a.pdf", s3())}))
    assert "&amp;X-Amz-" in html


@pytest.fixture
def counted(moto: S3Server) -> Iterator[tuple[MediaStorage, FaultProxy]]:
    from medialift.stores import open_store

    bucket = moto.make_bucket()
    with FaultProxy(moto) as proxy:
        store = open_store(proxy.server.spec(bucket, provider="s3"))
        yield MediaStorage.over(store), proxy
        store.close()


def test_a_page_of_fifty_signed_images_asks_the_bucket_for_nothing(counted: tuple[MediaStorage, FaultProxy]) -> None:
    storage, proxy = counted
    files = [Stored(f"photos/{number}.jpg", storage) for number in range(50)]
    page = "{% for file in files %}{% media_url file expires='10m' %}\n{% endfor %}"
    first = rendered(page, files=files)
    assert first.count("X-Amz-Signature") == 50
    assert rendered(page, files=files) == first
    assert proxy.count() == 0


def test_the_extra_of_the_serializers_is_named_where_it_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    from medialift.errors import MissingExtraError

    monkeypatch.setitem(sys.modules, "rest_framework", None)
    monkeypatch.delitem(sys.modules, "medialift.rest", raising=False)
    with pytest.raises(MissingExtraError, match="pip install djangorestframework"):
        __import__("medialift.rest")


def test_a_file_that_a_route_sends_elsewhere_is_signed_there() -> None:
    cloud = {"bucket": "b", "region": "eu-west-1", "access_key_id": "AKIA", "secret_access_key": "s"}
    backend = "medialift.storage.MediaStorage"
    entries = {
        "default": {"BACKEND": backend, "OPTIONS": {"provider": "memory", "routes": {"private/": "cloud"}}},
        "cloud": {"BACKEND": backend, "OPTIONS": cloud},
    }
    with stored(entries):
        assert "X-Amz-Expires=450" in media_url("private/a.pdf", expires="5m", download=True)
        assert media_url("a.pdf", expires="5m", download=True) == "/media/a.pdf"
