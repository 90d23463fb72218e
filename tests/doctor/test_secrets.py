"""Where a storage's secret is written out; names, places and values that are none."""

from __future__ import annotations

from pathlib import Path

import pytest

from medialift.doctor.secrets import in_code, in_tracked

SECRET = "wJalrXUtnFEMIK7MDENGbPxRfiCYZZZZ"


@pytest.mark.parametrize(
    "line",
    [
        f'AWS_SECRET_ACCESS_KEY = "{SECRET}"',
        f'AWS_S3_SECRET_ACCESS_KEY: str = "{SECRET}"',
        f'SUPABASE_SERVICE_ROLE_KEY = "{SECRET}"',
        f'OPTIONS = {{"secret_key": "{SECRET}"}}',
        f'OPTIONS["secret_access_key"] = "{SECRET}"',
        f'entry = dict(service_key="{SECRET}")',
        f'X = os.environ.get("R2_SECRET_ACCESS_KEY", "{SECRET}")',
        f'X = env("AWS_SECRET_ACCESS_KEY", default="{SECRET}")',
        f'MEDIA_STORAGE_URL = "r2://KEY:{SECRET}@bucket/media"',
        f'STORAGES = {{"default": medialift.config("s3://KEY:{SECRET}@bucket")}}',
        f'CLOUDINARY_URL = "cloudinary://123456:{SECRET}@cloud"',
    ],
)
def test_a_literal_is_found(line: str, tmp_path: Path) -> None:
    file = tmp_path / "settings.py"
    file.write_text(f"import os\n{line}\n")
    (found,) = in_code([file])
    assert str(found) == f"{file}:2"


@pytest.mark.parametrize(
    "line",
    [
        f'SECRET_KEY = "{SECRET}"',  # Django's own
        'AWS_SECRET_ACCESS_KEY = os.environ["AWS_SECRET_ACCESS_KEY"]',
        'X = os.environ.get("AWS_SECRET_ACCESS_KEY", "")',
        f'X = os.environ.get("SECRET_KEY", "{SECRET}")',
        'AWS_SECRET_ACCESS_KEY = "<your secret key>"',
        'AWS_SECRET_ACCESS_KEY = "changeme-changeme"',
        'AWS_STORAGE_BUCKET_NAME = "a-bucket-with-a-long-name"',
        f'DATABASE_URL = "postgres://user:{SECRET}@localhost/site"',
        'MEDIA_STORAGE_URL = "r2://bucket/media?account_id=0123456789"',
        f'TOKEN = f"{SECRET}" + other',
        "this is not Python",
    ],
)
def test_what_is_no_secret_of_a_storage_is_not(line: str, tmp_path: Path) -> None:
    file = tmp_path / "settings.py"
    file.write_text(f"import os\n{line}\n")
    assert list(in_code([file, tmp_path / "gone.py"])) == []


@pytest.mark.parametrize(
    ("name", "line", "found"),
    [
        (".env", f"AWS_SECRET_ACCESS_KEY={SECRET}", True),
        (".env.production", f"export AWS_SECRET_ACCESS_KEY='{SECRET}'", True),
        ("deploy/prod.env", f"MEDIA_STORAGE_URL=s3://KEY:{SECRET}@bucket/media", True),
        ("compose.yaml", f"  - AWS_SECRET_ACCESS_KEY={SECRET}", True),
        ("values.yml", f"  secretAccessKey: x\n  R2_SECRET_ACCESS_KEY: {SECRET}", True),
        ("conf.json", f'  "service_key": "{SECRET}",', True),
        ("Dockerfile", f"ENV AWS_SECRET_ACCESS_KEY={SECRET}", True),
        (".env", f"SECRET_KEY={SECRET}", False),
        (".env", "AWS_SECRET_ACCESS_KEY=", False),
        (".env", "AWS_SECRET_ACCESS_KEY=${SECRET_FROM_THE_VAULT}", False),
        (".env", f"# AWS_SECRET_ACCESS_KEY={SECRET}", False),
        (".env.example", f"AWS_SECRET_ACCESS_KEY={SECRET}", False),
        ("notes.md", f"AWS_SECRET_ACCESS_KEY={SECRET}", False),
    ],
)
def test_configuration_files_that_are_tracked(name: str, line: str, found: bool, tmp_path: Path) -> None:
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text(f"{line}\n")
    assert [line.file for line in in_tracked(str(tmp_path), [name, "gone.env"])] == ([name] if found else [])


def test_what_is_no_text_or_very_large_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "a.env").write_bytes(b"AWS_SECRET_ACCESS_KEY=\xff\xfe")
    (tmp_path / "b.json").write_text(f'"service_key": "{SECRET}"\n' + " " * 2**20)
    assert list(in_tracked(str(tmp_path), ["a.env", "b.json"])) == []
