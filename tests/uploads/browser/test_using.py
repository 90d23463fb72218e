"""The widget in the hands of visitors: mouse, keyboard, no script, strict pages, two tabs, the admin."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import django
import pytest
from django.contrib.auth.models import User
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

from tests.desk.models import Submission
from tests.servers.chromium import Page
from tests.servers.s3server import S3Server
from tests.stores.s3.known import SMALLEST_PART
from tests.uploads.browser.conftest import SITE, InBucket, in_parts, saved_row, written
from tests.uploads.conftest import any_file, keys
from tests.validators.samples import picture

PICTURE = picture("PNG")
pytestmark = pytest.mark.usefixtures("disk")


def test_a_file_can_be_dropped(page: Page, tmp_path: Path) -> None:
    page.open("/plain/")
    drag(page, "dragEnter", written(tmp_path, "cat.png", PICTURE))
    assert page.all(".medialift-upload-over"), "one sees where it would fall"
    drag(page, "dragOver", tmp_path / "cat.png")
    drag(page, "drop", tmp_path / "cat.png")
    page.wait_for(["done"])
    assert not page.all(".medialift-upload-over")
    assert saved_row(page).plain.size == len(PICTURE)


def test_two_files_are_too_many_for_one_field(page: Page, tmp_path: Path) -> None:
    page.open("/plain/")
    files = [written(tmp_path, f"{name}.png", PICTURE) for name in "ab"]
    for kind in ("dragEnter", "dragOver", "drop"):
        drag(page, kind, *files)
    page.until(lambda: page.said() == "Only one file can be sent here.")
    assert page.states() == []


def test_another_file_takes_the_place_of_the_first(page: Page, disk: Any, tmp_path: Path) -> None:
    page.open("/plain/")
    page.choose(written(tmp_path, "a.png", PICTURE))
    page.wait_for(["done"])
    page.choose(written(tmp_path, "b.png", PICTURE))
    page.wait_for(["done"])
    assert str(saved_row(page).plain.name).startswith("plain/b_")


def test_several_files_in_one_input(page: Page, tmp_path: Path) -> None:
    page.open("/several/")
    page.choose(*(written(tmp_path, f"{name}.png", PICTURE) for name in "abcd"))
    page.wait_for(["done"] * 4)
    page.choose(written(tmp_path, "evil.png", b"<html>"))
    page.wait_for(["done"] * 4 + ["failed"])
    page.all(".medialift-upload-remove")[4].click()
    page.all(".medialift-upload-remove")[0].click()
    page.wait_for(["done"] * 3)
    page.submit()
    page.until(lambda: page.driver.title == "Saved 3")
    assert {str(row.plain.name)[:8] for row in Submission.objects.all()} == {"plain/b_", "plain/c_", "plain/d_"}


def test_the_keyboard_is_enough(page: Page, tmp_path: Path) -> None:
    page.open("/plain/")
    page.choose(written(tmp_path, "cat.png", b"<html>"))
    page.wait_for(["failed"])
    page.script("document.querySelector('input[type=file]').focus()")
    assert labels(page, Keys.TAB, Keys.TAB) == ["Try again: cat.png", "Remove: cat.png"]
    ActionChains(page.driver).send_keys(Keys.ENTER).perform()
    page.wait_for([])
    assert page.script("return document.activeElement.type") == "file", "the focus is not lost"


def test_every_control_has_a_name_and_the_bar_a_value(page: Page, tmp_path: Path) -> None:
    page.open("/plain/")
    assert page.script("return document.querySelector('input[type=file]').labels[0].textContent") == "Plain:"
    page.choose(written(tmp_path, "cat.png", PICTURE))
    page.wait_for(["done"])
    tree: Any = page.driver.execute_cdp_cmd("Accessibility.getFullAXTree", {})
    told = {(one["role"]["value"], one.get("name", {}).get("value")) for one in tree["nodes"] if not one["ignored"]}
    assert ("button", "Remove: cat.png") in told
    assert ("status", "") in told
    assert {"list", "listitem"} <= {role for role, _ in told}


def test_a_form_that_is_wrong_elsewhere_keeps_the_file(page: Page, disk: Any, tmp_path: Path) -> None:
    page.open("/plain/")
    page.choose(written(tmp_path, "cat.png", PICTURE))
    page.wait_for(["done"])
    page.one("[name=title]").send_keys("bad")
    page.submit()
    page.until(lambda: "Another title" in page.driver.page_source)
    assert page.states() == ["done"]
    assert "cat.png" in page.one(".medialift-upload-file").text
    page.one("[name=title]").clear()
    assert keys(disk) != []
    assert saved_row(page).plain.size == len(PICTURE)


def test_without_scripts_it_is_a_plain_file_input(page: Page, tmp_path: Path) -> None:
    off = "Emulation.setScriptExecutionDisabled"
    page.driver.execute_cdp_cmd(off, {"value": True})
    try:
        page.open("/plain/")
        page.choose(written(tmp_path, "cat.png", PICTURE))
        page.submit()
        page.until(lambda: page.driver.title == "Saved 1")
    finally:
        page.driver.execute_cdp_cmd(off, {"value": False})
    assert Submission.objects.get().plain.size == len(PICTURE)


def test_a_strict_policy_lets_it_work(page: Page, tmp_path: Path) -> None:
    page.open("/strict/")
    page.choose(written(tmp_path, "cat.png", PICTURE))
    page.wait_for(["done"])
    assert page.script("return getComputedStyle(document.querySelector('medialift-upload')).display") == "block"
    assert [line for line in page.console() if "Security" in line] == []


DJANGOS_POLICY = {
    "MIDDLEWARE": [*SITE.options["MIDDLEWARE"], "django.middleware.csp.ContentSecurityPolicyMiddleware"],
    "SECURE_CSP": {
        "default-src": ["'none'"],
        "script-src": ["<CSP_NONCE_SENTINEL>"],
        "style-src": ["<CSP_NONCE_SENTINEL>"],
        "connect-src": ["'self'"],
        "img-src": ["data:"],
    },
}


@pytest.mark.skipif(django.VERSION < (6, 0), reason="Django has a policy of its own since 6.0")
@pytest.mark.parametrize("more_settings", [DJANGOS_POLICY], indirect=True)
def test_djangos_own_policy_lets_it_work(page: Page, tmp_path: Path) -> None:
    page.open("/plain/")
    page.choose(written(tmp_path, "cat.png", PICTURE))
    page.wait_for(["done"])
    assert page.script("return getComputedStyle(document.querySelector('medialift-upload')).display") == "block"
    assert [line for line in page.console() if "Security" in line] == []
    again = "const asked = new XMLHttpRequest(); asked.open('GET', location.href, false); asked.send();"
    assert "'nonce-" in page.script(f"{again} return asked.getResponseHeader('Content-Security-Policy')")
    assert saved_row(page).plain.size == len(PICTURE)


def test_two_tabs_send_the_same_file_apart(
    page: Page, ceph: S3Server, in_bucket: InBucket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_parts(in_bucket(ceph))
    any_file(monkeypatch)
    film = written(tmp_path, "film.bin", os.urandom(2 * SMALLEST_PART + 7))
    tabs = [page.driver.current_window_handle]
    page.open("/plain/")
    page.driver.switch_to.new_window("tab")
    tabs.append(page.driver.current_window_handle)
    page.open("/plain/")
    for tab in tabs:
        page.driver.switch_to.window(tab)
        page.choose(film)
    for count, tab in enumerate(tabs, 1):
        page.driver.switch_to.window(tab)
        page.wait_for(["done"])
        page.submit()
        page.until(lambda: page.driver.title == "Saved 1")
        assert Submission.objects.count() == count
    assert len({row.plain.name for row in Submission.objects.all()}) == 2


def test_the_admin_takes_files(page: Page, tmp_path: Path) -> None:
    page.open("/admin/desk/submission/add/")
    page.choose(written(tmp_path, "cat.png", PICTURE))
    page.wait_for(["done"])
    page.one("[name=_continue]").click()
    page.until(lambda: "Currently" in page.driver.page_source)
    row = Submission.objects.get()
    assert row.plain.size == len(PICTURE)
    page.one("[name=plain-clear]").click()
    page.one("[name=_save]").click()
    page.until(lambda: "was changed successfully" in page.driver.page_source)
    assert not Submission.objects.get().plain


def test_inlines_take_files_also_in_rows_that_were_added(page: Page, tmp_path: Path) -> None:
    ann = User.objects.get(username="ann")
    page.open(f"/admin/auth/user/{ann.pk}/change/")
    page.one(".add-row a").click()
    page.until(lambda: page.all("[name=submission_set-1-plain]"))
    for row, name in enumerate(("a", "b")):
        page.choose(written(tmp_path, f"{name}.png", PICTURE), css=f"input[type=file][name=submission_set-{row}-plain]")
        page.wait_for(["done"], css=f"#submission_set-{row} .field-plain medialift-upload")
    page.choose(written(tmp_path, "c.png", PICTURE), css="input[type=file][name=submission_set-1-photo]")
    page.wait_for(["done"], css="#submission_set-1 .field-photo medialift-upload")
    page.one("[name=_save]").click()
    page.until(lambda: "was changed successfully" in page.driver.page_source)
    assert sorted(str(row.plain.name)[:8] for row in Submission.objects.filter(owner=ann)) == ["plain/a_", "plain/b_"]
    assert [str(row.photo.name)[:9] for row in Submission.objects.exclude(photo="")] == ["photos/c_"]


def drag(page: Page, kind: str, *files: Path) -> None:
    """What the system tells a browser when files are dragged over its window: nothing of it comes from a script."""
    at = page.one(".medialift-upload-drop").rect
    where = {"x": at["x"] + at["width"] / 2, "y": at["y"] + at["height"] / 2}
    data = {"items": [], "files": [str(file) for file in files], "dragOperationsMask": 1}
    page.driver.execute_cdp_cmd("Input.dispatchDragEvent", {"type": kind, **where, "data": data})


def labels(page: Page, *pressed: str) -> list[str | None]:
    """The names of what has the focus after each key."""
    found = []
    for key in pressed:
        ActionChains(page.driver).send_keys(key).perform()
        found.append(page.driver.switch_to.active_element.get_attribute("aria-label"))
    return found
