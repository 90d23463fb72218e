from __future__ import annotations

from typing import Any

import pytest
from django.core.checks import run_checks
from django.core.files.storage import storages

from medialift.bridge.access import access_of
from medialift.conf.private import Private, read_private
from medialift.errors import ConfigError
from medialift.references.routed_fields import route_fields
from tests.cli.conftest import FILE_SYSTEM, use

MEDIA = "medialift.storage.MediaStorage"
BACK = "scrapbook.Postcard.back"


def media(access: str, **options: Any) -> dict[str, Any]:
    return {"BACKEND": MEDIA, "OPTIONS": {"provider": "memory", "bucket": access, "access": access, **options}}


@pytest.fixture(autouse=True)
def _no_routes_are_left(settings: Any) -> Any:
    yield
    use(settings, {"default": {"BACKEND": FILE_SYSTEM}})
    route_fields()


def told(settings: Any, private: Any, **routes: str) -> list[tuple[str, str]]:
    """What Django's checks say of us where the default is public."""
    entries = {
        "default": media("public", routes=routes),
        "shut": media("private"),
        "open": media("public", base_url="/x/"),
    }
    use(settings, entries)
    route_fields()
    settings.MEDIALIFT_PRIVATE = private
    return [(str(m.id)[-4:], m.msg) for m in run_checks(tags=["files"]) if str(m.id).startswith("medialift.")]


def test_a_private_field_in_a_public_bucket_is_an_error_until_it_is_routed(settings: Any) -> None:
    ((id, message),) = told(settings, [BACK])
    assert id == "W060"
    assert message.startswith(f"{BACK} is private, and STORAGES['default'], where its files are to lie, is public")
    assert told(settings, [BACK], **{BACK: "shut"}) == []
    assert told(settings, ["Scrapbook.postcard.back"], **{"postcards/": "shut"}) == []


def test_a_private_folder_and_those_below_it_are_looked_at(settings: Any) -> None:
    assert [id for id, _ in told(settings, ["docs/"])] == ["W060"]
    assert told(settings, ["docs/"], **{"docs/": "shut"}) == []
    ((id, message),) = told(settings, ["docs/"], **{"docs/": "shut", "docs/press/": "open"})
    assert (id, "docs/ is private" in message) == ("W060", True)


@pytest.mark.parametrize("private", ["docs/", ["docs"], [1], {"docs/": 1}, ["scrapbook.Postcard.nothing"]])
def test_what_would_protect_nothing_is_an_error(settings: Any, private: Any) -> None:
    assert [id for id, _ in told(settings, private)] == ["E062"]


def test_a_route_that_leads_nowhere_is_told(settings: Any) -> None:
    use(settings, {"default": {"BACKEND": FILE_SYSTEM}, "cloud": media("public", routes={"docs/": "nil"})})
    assert [m.id for m in run_checks(tags=["files"])] == ["medialift.E002"]
    use(settings, {"default": {"BACKEND": FILE_SYSTEM}, "cloud": media("public", routes={"scrapbook.X.y": "default"})})
    (message,) = run_checks(tags=["files"])
    assert "'scrapbook.X.y' leads nowhere" in message.msg


def test_private_is_by_field_and_by_prefix() -> None:
    private = read_private(["shop.Order.invoice", "docs/"])
    assert (private.field("Shop.order.invoice"), private.field("shop.Order.photo")) == (True, False)
    assert (private.prefix("docs/a"), private.prefix("docs.txt")) == ("docs/", None)
    assert not Private()
    with pytest.raises(ConfigError):
        read_private("docs/")


def test_storages_say_whether_they_are_public(settings: Any) -> None:
    s3: dict[str, Any] = {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": {"bucket_name": "b"}}
    plain = {**s3, "OPTIONS": {"bucket_name": "b", "querystring_auth": False}}
    use(
        settings,
        {"default": {"BACKEND": FILE_SYSTEM}, "a": media("public"), "b": media("private"), "c": s3, "d": plain},
    )
    assert [access_of(storages[alias]) for alias in ("default", "a", "b", "c", "d")] == [
        "", "public", "private", "private", "public"
    ]  # fmt: skip
