from __future__ import annotations

from pathlib import Path

import pytest

from medialift.doctor.environments import (
    Sharing,
    environment_files,
    kind_of,
    place_in_code,
    place_in_variables,
    shared,
    this_environment,
    variables_of,
)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("myapp-prod-media", "production"),
        ("live.example.com/media", "production"),
        (".env.staging", "staging"),
        ("settings_dev", "development"),
        ("test-7f3a", "test"),
        ("reproduction-media", ""),
        ("myapp-media", ""),
        ("prod-to-staging", ""),
    ],
)
def test_the_environment_that_a_name_speaks_of(text: str, kind: str) -> None:
    assert kind_of(text) == kind


def test_the_environment_of_this_process() -> None:
    assert this_environment({}, debug=False) == ""
    assert this_environment({}, debug=True) == "development"
    assert this_environment({"DJANGO_ENV": "Staging"}, debug=True) == "staging"
    assert this_environment({"IS_PULL_REQUEST": "true"}, debug=False) == "preview"
    assert this_environment({"IS_PULL_REQUEST": "false", "APP_ENV": "prod"}, debug=False) == "production"


@pytest.mark.parametrize(
    ("told", "place"),
    [
        ({"MEDIA_STORAGE_URL": "s3://KEY:SECRET@bucket/media?region=eu-west-1"}, "s3:bucket/media"),
        ({"MEDIA_STORAGE_URL": "file:///srv/media"}, ""),
        ({"AWS_STORAGE_BUCKET_NAME": "b", "AWS_LOCATION": "/media/"}, "b/media"),
        ({"AWS_STORAGE_BUCKET_NAME": "b", "AWS_S3_ENDPOINT_URL": "http://localhost:9000"}, "localhost:9000/b"),
        ({"SUPABASE_URL": "https://p.supabase.co", "SUPABASE_STORAGE_BUCKET": "b"}, "p.supabase.co/b"),
        ({"AWS_STORAGE_BUCKET_NAME": ""}, ""),
        ({}, ""),
    ],
)
def test_the_place_that_variables_name(told: dict[str, str], place: str) -> None:
    assert place_in_variables(told) == place


def test_a_dotenv_file_is_read_as_it_is_written(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("# a comment\nA=1\nexport B = 'two words'\nC=\"3\" # three\nno line\n")
    assert variables_of(file) == {"A": "1", "B": "two words", "C": "3"}
    assert variables_of(tmp_path / "gone") == {}


def test_a_settings_module_that_names_a_bucket(tmp_path: Path) -> None:
    file = tmp_path / "production.py"
    file.write_text('STORAGES = {"default": {"OPTIONS": {"bucket": "b", "prefix": "media"}}}')
    assert place_in_code(file) == "b/media"
    file.write_text('AWS_STORAGE_BUCKET_NAME = os.environ["BUCKET"]')
    assert place_in_code(file) == ""
    file.write_text("this is not Python")
    assert place_in_code(file) == ""


def test_one_place_of_two_environments_is_shared_and_two_names_of_one_environment_are_not(tmp_path: Path) -> None:
    for name in (".env.prod", ".env.production", ".env.staging", ".env.example", "local.env", ".env"):
        (tmp_path / name).write_text("AWS_STORAGE_BUCKET_NAME=b\n")
    files = list(environment_files(str(tmp_path), ""))
    assert list(shared(files)) == [Sharing("b", (".env.prod", ".env.staging", "local.env"))]
    for name in (".env.staging", "local.env"):
        (tmp_path / name).write_text("AWS_STORAGE_BUCKET_NAME=another\nAWS_LOCATION=" + name)
    assert list(shared(files)) == []
