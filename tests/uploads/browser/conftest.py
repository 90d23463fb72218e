"""A browser, and a site whose pages take uploads."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.handlers.wsgi import WSGIHandler
from django.db import connections
from django.test import override_settings
from selenium import webdriver

from medialift.storage import MediaStorage
from tests.desk.models import Submission
from tests.servers import web
from tests.servers.chromium import Page, chromium
from tests.servers.s3server import S3Server
from tests.stores.s3.known import SMALLEST_PART
from tests.uploads.conftest import WITH_USERS, on_server, signed_in, using

SITE = override_settings(
    ROOT_URLCONF="tests.uploads.browser.urlconf",
    ALLOWED_HOSTS=["127.0.0.1"],
    STATIC_URL="/static/",
    INSTALLED_APPS=[
        *WITH_USERS.options["INSTALLED_APPS"],
        "django.contrib.staticfiles",
        "django.contrib.messages",
        "django.contrib.admin.apps.SimpleAdminConfig",
    ],
    MIDDLEWARE=[
        *WITH_USERS.options["MIDDLEWARE"],
        "django.contrib.messages.middleware.MessageMiddleware",
        "medialift.uploads.UploadsMiddleware",
    ],
    MESSAGE_STORAGE="django.contrib.messages.storage.cookie.CookieStorage",
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "APP_DIRS": True,
            "OPTIONS": {
                "context_processors": [
                    "django.template.context_processors.request",
                    "django.contrib.auth.context_processors.auth",
                    "django.contrib.messages.context_processors.messages",
                ]
            },
        }
    ],
)


@pytest.fixture(scope="session")
def driver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    """One browser for the whole run."""
    with chromium(tmp_path_factory.mktemp("chromium")) as running:
        yield running


@pytest.fixture
def more_settings(request: pytest.FixtureRequest) -> dict[str, Any]:
    """What a test, by an indirect parameter, adds to the site's settings."""
    return dict(getattr(request, "param", {}))


@pytest.fixture
def site(transactional_db: None, more_settings: dict[str, Any]) -> Iterator[str]:
    """The origin of the site, which answers from this process."""
    with SITE, override_settings(**more_settings):
        with web.site(StaticFilesHandler(WSGIHandler()), connections["default"]) as port:
            yield f"http://127.0.0.1:{port}"


@pytest.fixture
def page(driver: webdriver.Chrome, site: str) -> Iterator[Page]:
    """A page of the site, for ann, who is signed in."""
    page = Page(driver, site)
    page.open("/static/medialift/uploads/uploads.css")
    driver.delete_all_cookies()
    sign_in(page)
    page.console()
    yield page
    for handle in driver.window_handles[1:]:
        driver.switch_to.window(handle)
        driver.close()
    driver.switch_to.window(driver.window_handles[0])
    driver.get("about:blank")


def sign_in(page: Page) -> None:
    """As ann, who may do anything."""
    ann = signed_in("ann")
    User.objects.filter(username="ann").update(is_staff=True, is_superuser=True)
    page.driver.add_cookie({"name": "sessionid", "value": ann.cookies["sessionid"].value, "path": "/"})


@pytest.fixture
def disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The media lie in a folder, as in development."""
    media = tmp_path / "media"
    media.mkdir()
    return using(MediaStorage(provider="filesystem", bucket=str(media)), monkeypatch)


InBucket = Callable[..., Any]
"""Has the media lie on a server, in a bucket that lets the pages of the site send to it, or nobody's."""


@pytest.fixture
def in_bucket(site: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[InBucket]:
    with contextlib.ExitStack() as made:

        def make(server: S3Server, provider: str = "s3-compatible", *, closed: bool = False) -> Any:
            options = on_server(server, provider)
            rule: Any = {"AllowedOrigins": [site], "AllowedMethods": ["PUT", "POST"], "AllowedHeaders": ["*"]}
            if not closed:
                server.client().put_bucket_cors(Bucket=options["bucket"], CORSConfiguration={"CORSRules": [rule]})
            storage = using(MediaStorage(**options), monkeypatch)
            made.callback(storage.store.close)
            return storage

        yield make


def in_parts(storage: Any) -> None:
    """Have files of more than 5 MiB sent in parts of 5."""
    small = {"part_size": SMALLEST_PART, "multipart_threshold": SMALLEST_PART}
    storage.store.traits = dataclasses.replace(storage.store.traits, **small)


def written(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def saved_row(page: Page) -> Submission:
    """What the form, sent now, makes."""
    page.submit()
    page.until(lambda: page.driver.title.startswith("Saved"), lambda: page.driver.page_source)
    return Submission.objects.get()
