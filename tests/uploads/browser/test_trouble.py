"""What a visitor sees and can do when a file cannot be sent."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.servers.chromium import Page
from tests.servers.proxy import Action, Exchange, FaultProxy
from tests.servers.rules import cut_upload, error, when
from tests.servers.s3server import S3Server
from tests.uploads.browser.conftest import InBucket, saved_row, sign_in, written
from tests.uploads.conftest import any_file, keys
from tests.validators.samples import PDF, picture

PICTURE = picture("PNG")
EVIL = b"<html><script>alert(1)</script></html>"


@pytest.fixture
def proxy(moto: S3Server) -> Iterator[FaultProxy]:
    with FaultProxy(moto) as proxy:
        yield proxy


def held(until: threading.Event) -> Action:
    """Let a request wait for the test."""

    def action(exchange: Exchange) -> None:
        until.wait(20)
        exchange.forward()

    return action


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("cat.png", EVIL, "it is something else: a web page"),
        ("paper.pdf", PDF, "are not accepted here. Accepted are: images."),
        ("cat.png", bytes(30_001), "At most 20 kB"),
        ("cat.png", b"", "This file is empty."),
    ],
)
def test_a_file_that_is_not_accepted_is_told(
    page: Page, disk: Any, tmp_path: Path, name: str, data: bytes, said: str
) -> None:
    page.open("/plain/")
    page.choose(written(tmp_path, name, data))
    page.wait_for(["failed"])
    assert said in page.problems()[0]
    assert said in page.said(), "a screen reader hears the same"
    assert keys(disk) == []
    page.submit()
    assert page.driver.title == "A form", "a file that failed is not left out in silence"


def test_a_connection_that_breaks_is_tried_again(
    page: Page, proxy: FaultProxy, in_bucket: InBucket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_bucket(proxy.server)
    any_file(monkeypatch)
    proxy.rules.append(when(cut_upload(1_000_000), operation="PutObject", times=2))
    page.open("/plain/")
    page.choose(written(tmp_path, "film.bin", bytes(6_000_000)))
    page.wait_for(["done"])
    assert proxy.operations()["PutObject"] == 3
    assert saved_row(page).plain.size == 6_000_000


def test_a_refusal_can_be_tried_again(page: Page, proxy: FaultProxy, in_bucket: InBucket, tmp_path: Path) -> None:
    in_bucket(proxy.server)
    proxy.rules.append(
        when(error(400, "Odd", headers={"Access-Control-Allow-Origin": "*"}), operation="PutObject", times=1)
    )
    page.open("/plain/")
    page.choose(written(tmp_path, "cat.png", PICTURE))
    page.wait_for(["failed"])
    assert page.problems() == ["The storage did not take the file. Please try again later."]
    page.one(".medialift-upload-retry").click()
    page.wait_for(["done"])
    assert page.problems() == []
    assert saved_row(page).plain.size == len(PICTURE)


def test_a_cancelled_upload_leaves_nothing(
    page: Page, proxy: FaultProxy, in_bucket: InBucket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    storage, go = in_bucket(proxy.server), threading.Event()
    any_file(monkeypatch)
    proxy.rules.append(when(held(go), operation="PutObject"))
    page.open("/plain/")
    page.choose(written(tmp_path, "film.bin", bytes(12_000_000)))
    page.until(lambda: proxy.operations()["PutObject"])
    assert page.one(".medialift-upload-remove").get_attribute("aria-label") == "Cancel: film.bin"
    page.one(".medialift-upload-remove").click()
    go.set()
    page.wait_for([])
    assert page.said() == "film.bin was removed."
    page.until(lambda: proxy.operations()["DeleteObject"])
    assert keys(storage) == []
    assert page.one("input[type=file]").get_attribute("required") == "true", "the form wants a file again"


def test_a_session_that_ends_midway_can_be_renewed(
    page: Page, proxy: FaultProxy, in_bucket: InBucket, tmp_path: Path
) -> None:
    go = threading.Event()
    in_bucket(proxy.server)
    proxy.rules.append(when(held(go), operation="PutObject"))
    page.open("/plain/")
    page.choose(written(tmp_path, "cat.png", PICTURE))
    page.until(lambda: proxy.operations()["PutObject"])
    page.driver.delete_cookie("sessionid")
    go.set()
    page.wait_for(["failed"])
    assert "still signed in" in page.problems()[0]
    sign_in(page)
    page.one(".medialift-upload-retry").click()
    page.wait_for(["done"])
    assert saved_row(page).plain.size == len(PICTURE)


def test_a_page_that_is_older_than_the_session_is_told(page: Page, disk: Any, tmp_path: Path) -> None:
    """Signing in renews the token, and a page that was open keeps the old one: where scripts cannot read the cookie."""
    page.open("/plain/")
    page.driver.delete_cookie("csrftoken")
    page.script("document.querySelector('[name=csrfmiddlewaretoken]').value = 'x'.repeat(64)")
    page.choose(written(tmp_path, "cat.png", PICTURE))
    page.wait_for(["failed"])
    assert page.problems()[0].startswith("You are no longer signed in, or this page is too old.")
    assert keys(disk) == []


def test_a_bucket_that_lets_nobody_in_is_named(page: Page, ceph: S3Server, in_bucket: InBucket, tmp_path: Path) -> None:
    in_bucket(ceph, closed=True)
    page.open("/plain/")
    page.console()
    page.choose(written(tmp_path, "cat.png", PICTURE))
    page.wait_for(["failed"])
    assert page.problems()[0].startswith("The storage does not let this page send files.")
    [told] = [line for line in page.console() if "medialift:" in line]
    assert f"{ceph.endpoint_url} answers, but does not let pages of {page.origin} send files (CORS)" in told
    assert f"allow PUT from {page.origin} with the header Content-Type" in told


def test_a_storage_that_does_not_answer_is_no_cors_mistake(
    page: Page, proxy: FaultProxy, in_bucket: InBucket, tmp_path: Path
) -> None:
    """Nothing is there for a while; then it is."""
    storage = in_bucket(proxy.server)
    page.open("/plain/")
    page.console()
    broken = when(lambda exchange: exchange.reset(), operation="PutObject", times=1)
    preflight = when(lambda exchange: exchange.reset(), operation="OPTIONS", times=2)
    proxy.rules += [broken, preflight]
    page.choose(written(tmp_path, "cat.png", PICTURE))
    page.wait_for(["done"])
    assert not [line for line in page.console() if "medialift:" in line]
    assert len(keys(storage)) == 1


def test_a_policy_that_keeps_the_page_from_the_bucket_is_named(
    page: Page, moto: S3Server, in_bucket: InBucket, tmp_path: Path
) -> None:
    in_bucket(moto)
    page.open("/strict/")
    page.console()
    page.choose(written(tmp_path, "cat.png", PICTURE))
    page.wait_for(["failed"])
    assert any(f"Add {moto.endpoint_url} to connect-src" in line for line in page.console())


def test_a_form_waits_for_its_file(page: Page, proxy: FaultProxy, in_bucket: InBucket, tmp_path: Path) -> None:
    go = threading.Event()
    in_bucket(proxy.server)
    proxy.rules.append(when(held(go), operation="PutObject"))
    page.open("/plain/")
    page.choose(written(tmp_path, "cat.png", PICTURE))
    page.submit()
    assert "The form will be sent as soon as the file has arrived." in page.one("body").text
    go.set()
    page.until(lambda: page.driver.title == "Saved 1")


@pytest.mark.usefixtures("disk")
def test_a_name_is_no_markup(page: Page, tmp_path: Path) -> None:
    page.open("/plain/")
    name = "<img src=x onerror=document.title='broken'>.png"
    page.choose(written(tmp_path, name, PICTURE))
    page.wait_for(["done"])
    assert page.one(".medialift-upload-name").text == name
    page.one("[name=title]").send_keys("bad")
    page.submit()
    page.until(lambda: "Another title" in page.driver.page_source)
    assert page.one(".medialift-upload-name").text == name
    assert page.driver.title == "A form"
