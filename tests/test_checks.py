from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from typing import Any

import django
import pytest
from django.core.checks import CheckMessage, Error, run_checks
from django.core.checks import Warning as Caution
from django.test import override_settings
from PIL import Image

from medialift import hosts
from medialift.checks import FINDINGS

MEDIA = "medialift.storage.MediaStorage"
DISK = "django.core.files.storage.FileSystemStorage"


def found(entry: dict[str, Any], *, deploy: bool = False, **settings: Any) -> list[CheckMessage]:
    """What Django's own run of the checks says of us, with *entry* as one of the storages.

    Not as ``default``: of that one, Django 4.2 drops the OPTIONS when settings are overridden.
    """
    with override_settings(STORAGES={"default": {"BACKEND": DISK}, "media": entry}, **settings):
        messages = run_checks(tags=["files"], include_deployment_checks=deploy)
    return [message for message in messages if str(message.id).startswith("medialift.")]


def ids(entry: dict[str, Any], **kwargs: Any) -> list[str]:
    return [str(message.id) for message in found(entry, **kwargs)]


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("MEDIA_STORAGE_URL", *(sign for host in hosts.HOSTS for sign in host.signs)):
        monkeypatch.delenv(name, raising=False)


def media(**options: Any) -> dict[str, Any]:
    return {"BACKEND": MEDIA, "OPTIONS": {"bucket": "b", **options}}


def test_a_sound_entry_is_silent() -> None:
    assert ids(media()) == []
    assert ids({"BACKEND": DISK}) == []
    assert ids({"BACKEND": "no.such.Storage"}) == []


@override_settings(STATIC_URL=None)
def test_an_entry_that_lacks_another_setting_is_left_to_django() -> None:
    assert ids({"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}) == []


@pytest.mark.skipif(django.VERSION < (5, 1), reason="Django below 5.1 still reads DEFAULT_FILE_STORAGE")
def test_the_dead_setting_is_an_error() -> None:
    (message,) = found({"BACKEND": DISK}, DEFAULT_FILE_STORAGE="storages.backends.s3.S3Storage")
    assert message.id == "medialift.E001"
    assert 'STORAGES["default"] = {"BACKEND": "storages.backends.s3.S3Storage"}' in str(message.hint)


def test_wrong_options_are_an_error_with_the_way_out() -> None:
    (message,) = found(media(regoin="x"))
    assert message.id == "medialift.E002"
    assert "did you mean 'region'" in message.msg
    assert "Known options" in str(message.hint)


def test_a_missing_bucket_is_an_error() -> None:
    (message,) = found({"BACKEND": MEDIA})
    assert (message.id, "no bucket is named" in message.msg) == ("medialift.E002", True)


def test_a_missing_driver_is_an_error_with_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    real = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name, *rest: None if name == "boto3" else real(name, *rest))
    (message,) = found(media(region="eu-west-1"))
    assert (message.id, message.hint) == ("medialift.E003", "pip install 'django-medialift[s3]'")
    assert ids({"BACKEND": MEDIA, "OPTIONS": {"provider": "memory"}}) == []


def test_images_that_nobody_can_make_are_an_error_with_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    real = importlib.util.find_spec
    made_here = {"BACKEND": MEDIA, "OPTIONS": {"provider": "memory", "images": "embedded"}}
    assert ids(made_here) == []
    with monkeypatch.context() as without:
        without.setattr(importlib.util, "find_spec", lambda name, *rest: None if name == "PIL" else real(name, *rest))
        (message,) = found(made_here)
        assert (message.id, message.hint) == ("medialift.E081", "pip install 'django-medialift[images]'")
        assert ids({"BACKEND": MEDIA, "OPTIONS": {"provider": "memory"}}) == []
    monkeypatch.setattr(Image, "SAVE", {name: save for name, save in Image.SAVE.items() if name != "AVIF"})
    assert ids(made_here) == ["medialift.W082"]


def test_overwriting_is_a_warning() -> None:
    assert ids(media(overwrite=True)) == ["medialift.W004"]
    assert ids(media(overwrite=False)) == []


def test_a_domain_that_is_never_used_is_a_warning() -> None:
    assert ids(media(custom_domain="cdn.example.com", access="private")) == ["medialift.W005"]
    token = {"provider": "s3", "region": "eu-west-1", "cloudflare_token_secret": "x"}
    assert ids(media(custom_domain="cdn.example.com", access="private", **token)) == []
    assert ids(media(custom_domain="cdn.example.com")) == []


def test_an_expiry_that_is_never_used_is_a_warning() -> None:
    assert ids(media(access="public", expires="5m")) == ["medialift.W006"]
    assert ids(media(access="private", expires="5m")) == []
    assert ids(media(access="public")) == []


def deployed(default: str, **settings: Any) -> list[CheckMessage]:
    """What ``check --deploy`` says with *default* as the default storage."""
    with override_settings(STORAGES={"default": {"BACKEND": default}}, **settings):
        messages = run_checks(tags=["files"], include_deployment_checks=True)
    return [message for message in messages if str(message.id).startswith("medialift.")]


def test_uploads_on_a_disk_that_is_lost_are_a_warning_at_deployment(
    ordinary_disk: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert deployed(DISK, MEDIA_ROOT=tmp_path) == []
    monkeypatch.setenv("RENDER", "true")
    (message,) = deployed(DISK, MEDIA_ROOT=tmp_path)
    assert (message.id, "Render" in message.msg, str(tmp_path) in message.msg) == ("medialift.W007", True, True)
    assert ids(media()) == []
    assert deployed(MEDIA, AWS_STORAGE_BUCKET_NAME="b") == []


def test_no_check_opens_a_connection(ordinary_disk: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object, **kwargs: object) -> None:
        raise AssertionError("a check opened a socket")

    monkeypatch.setattr("socket.socket.connect", refuse)
    assert ids(media(region="eu-west-1"), deploy=True) == []
    monkeypatch.setattr("medialift.stores.open_store", refuse)
    assert ids(media(region="eu-west-1")) == []


def test_the_overwriting_of_other_storages_is_a_warning() -> None:
    options = {"bucket_name": "b", "region_name": "eu-west-1"}
    assert ids({"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options}) == ["medialift.W004"]
    told = {**options, "file_overwrite": False}
    assert ids({"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": told}) == []
    if django.VERSION >= (5, 1):
        assert ids({"BACKEND": DISK, "OPTIONS": {"allow_overwrite": True}}) == ["medialift.W004"]


@pytest.mark.parametrize("acl", ["public-read", "public-read-write", "authenticated-read"])
def test_an_acl_that_lets_strangers_into_private_files_is_a_warning(acl: str) -> None:
    assert ids(media(default_acl=acl)) == ["medialift.W041"]
    assert ids(media(default_acl=acl, access="public")) == []
    assert ids(media(default_acl="bucket-owner-full-control")) == []
    options = {"bucket_name": "b", "region_name": "eu-west-1", "file_overwrite": False, "default_acl": acl}
    assert ids({"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options}) == ["medialift.W041"]


BARE = {"BACKEND": MEDIA, "OPTIONS": {"provider": "s3"}}
"""An entry that the AWS names fill in."""


def test_a_misspelt_setting_is_a_warning_that_names_the_right_one(monkeypatch: pytest.MonkeyPatch) -> None:
    (message,) = found(BARE, AWS_STORAGE_BUCKET_NAME="b", AWS_S3_REGION="eu-west-1")
    assert message.id == "medialift.W080"
    assert message.msg == "STORAGES['media'] does not read AWS_S3_REGION, which looks like AWS_S3_REGION_NAME."
    monkeypatch.setenv("AWS_QUERYSTRING_EXPIRES", "60")
    assert ids(BARE, AWS_STORAGE_BUCKET_NAME="b") == ["medialift.W080"]
    assert ids(media()) == []  # stands alone
    monkeypatch.setenv("MEDIA_STORAGE_URL", "s3://b")
    assert ids(BARE, AWS_STORAGE_BUCKET_NAME="b") == []


def test_a_misspelt_bucket_is_an_error_that_names_the_right_setting() -> None:
    (message,) = found(BARE, AWS_STORAGE_BUCKETNAME="b")
    assert message.id == "medialift.E002"
    assert "no bucket is named: nothing reads AWS_STORAGE_BUCKETNAME" in message.msg
    assert message.hint == "Call it AWS_STORAGE_BUCKET_NAME."


def test_ids_are_unique_ordered_and_say_their_level() -> None:
    numbers = [int(rule.id[-3:]) for rule in FINDINGS]
    assert numbers == sorted(set(numbers))
    for rule in FINDINGS:
        assert re.fullmatch(r"medialift\.[EW][0-9]{3}", rule.id)
        assert rule.level.value == {"E": "error", "W": "warning"}[rule.id[len("medialift.")]]


def test_django_is_told_the_same_level() -> None:
    (error,) = found(media(regoin="x"))
    (warning,) = found(media(overwrite=True))
    assert (type(error), type(warning)) == (Error, Caution)
