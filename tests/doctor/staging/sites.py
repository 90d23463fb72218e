"""Faults of sites, each put into a real project: what is wrong, and what the doctor then says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import django

from tests.doctor.staging.project import Project

SECRET = "wJalrXUtnFEMIK7MDENGbPxRfiCYZZZZ"
PLACED = "40 22 0:44 / {folder} rw - {kind} /dev/x rw"

Put = Callable[[Project], None]


@dataclass(frozen=True)
class Fault:
    """What is *wrong*, and how it is *put* into a project."""

    id: str
    wrong: str
    put: Put


def setting(text: str, **environment: str) -> Put:
    """Add lines to the settings, and variables to the environment."""

    def put(project: Project) -> None:
        project.add("mysite/settings.py", text.replace("HOME", str(project.home)) + "\n")
        project.environment.update(environment)

    return put


def entry(backend: str = "medialift.storage.MediaStorage", **options: object) -> Put:
    """Another entry of STORAGES, which nothing can be wrong with but its options."""
    return setting(f'STORAGES["cloud"] = {{"BACKEND": "{backend}", "OPTIONS": {options!r}}}')


def written(name: str, text: str, *, commit: bool = False, **environment: str) -> Put:
    def put(project: Project) -> None:
        project.write(name, text)
        project.environment.update(environment)
        if commit:
            project.git("add", "-f", name)

    return put


def both(first: Put, second: Put) -> Put:
    def put(project: Project) -> None:
        first(project)
        second(project)

    return put


def in_the_checkout(project: Project) -> None:
    setting('MEDIA_ROOT = BASE_DIR / "media"')(project)
    (project.code / "media").mkdir()
    project.add(".gitignore", "/media/\n")


def tracked(project: Project) -> None:
    setting('MEDIA_ROOT = BASE_DIR / "media"')(project)
    written("media/photos/cat.jpg", "cat", commit=True)(project)


def on_a_network_disk(project: Project) -> None:
    project.mounts(PLACED.format(folder=project.home / "media", kind="nfs4"))


def in_memory(project: Project) -> None:
    """A real one: every Linux has this tmpfs."""
    del project.environment["STAGED_MOUNTS"]
    setting('MEDIA_ROOT = "/dev/shm"')(project)


def on_an_empty_dir(project: Project) -> None:
    project.mounts(PLACED.format(folder=project.home / "media", kind="ext4"))
    project.environment["KUBERNETES_SERVICE_HOST"] = "10.0.0.1"


MEMORY = {"provider": "memory"}
STATIC_BY_AWS_NAMES = """
STORAGES["staticfiles"] = {"BACKEND": "medialift.storage.MediaStorage"}
AWS_STORAGE_BUCKET_NAME = "one"
"""
"""An entry that is not visited: nothing can be wrong with it but its settings."""
PRIVATE = 'MEDIALIFT_PRIVATE = ["shop.Photo.image"]\n'
PUBLIC_BUCKET = (
    'STORAGES["default"] = {"BACKEND": "medialift.storage.MediaStorage",'
    ' "OPTIONS": {"provider": "memory", "access": "public", "base_url": "https://cdn.example.com/"}}'
)

FAULTS: tuple[Fault, ...] = (
    *(
        [Fault("E001", "a leftover setting", setting('DEFAULT_FILE_STORAGE = "storages.backends.s3.S3Storage"'))]
        if django.VERSION >= (5, 1)
        else []
    ),
    Fault("E002", "an unknown option", entry(bukcet="b")),
    Fault(
        "E003",
        "a driver that is not installed",
        both(entry(provider="s3", bucket="b", region="eu-west-1"), setting("", STAGED_HIDDEN="boto3,botocore")),
    ),
    Fault("W004", "uploads overwrite", entry(**MEMORY, overwrite=True)),
    Fault("W004", "file_overwrite as django-storages has it", entry("mysite.files.Files", location="HOME/media")),
    Fault("W005", "a domain that is never used", entry(**MEMORY, custom_domain="cdn.example.com", access="private")),
    Fault("W006", "an expiry that is never used", entry(**MEMORY, access="public", expires="5m")),
    Fault("W007", "a platform's disk", setting("", RENDER="true")),
    Fault("W007", "a platform that has no volumes", setting("", DYNO="web.2")),
    Fault("W007", "an ephemeral mount", in_memory),
    Fault("W031", "code that calls .path", written("shop/thumbs.py", "def size(p):\n    return open(p.image.path)\n")),
    Fault("W032", "a hard-coded address", written("shop/templates/page.html", '<img src="/media/logo.png">')),
    Fault("W033", "uploads that git tracks", tracked),
    Fault("W034", "static files among the uploads", setting('STATIC_ROOT = MEDIA_ROOT / "static"')),
    Fault("W041", "an ACL that gives private files away", entry(**MEMORY, default_acl="public-read")),
    Fault("W042", "two environments, one bucket", written(".env.staging", "AWS_STORAGE_BUCKET_NAME=myapp-prod-media")),
    Fault(
        "W042",
        "two settings modules, one bucket",
        both(
            written("mysite/staging.py", 'AWS_STORAGE_BUCKET_NAME = "one"\nAWS_LOCATION = "media"\n'),
            written("mysite/production.py", 'AWS_STORAGE_BUCKET_NAME = "one"\nAWS_LOCATION = "media"\n'),
        ),
    ),
    Fault("W043", "uploads in the checkout", in_the_checkout),
    Fault(
        "W044", "two machines with disks of their own", written("fly.toml", "[[services]]\nmin_machines_running = 2")
    ),
    Fault("W044", "three instances", written("render.yaml", "services:\n  - type: web\n    numInstances: 3\n")),
    Fault("W044", "three pods", written("k8s/web.yaml", "kind: Deployment\nspec:\n  replicas: 3\n")),
    Fault("W044", "four replicas", written("railway.toml", "[deploy]\nnumReplicas = 4\n")),
    Fault("W044", "two dynos", written("app.json", '{"formation": {"web": {"quantity": 2}}}')),
    Fault("W044", "the second instance", setting("", CF_INSTANCE_INDEX="1")),
    Fault("W045", "a secret in the settings", setting(f'AWS_S3_SECRET_ACCESS_KEY = "{SECRET}"')),
    Fault("W045", "a secret as a default", setting(f'K = os.environ.get("AWS_SECRET_ACCESS_KEY", "{SECRET}")')),
    Fault("W045", "a secret in OPTIONS", setting(f'OPTIONS = {{"access_key": "AKIA", "secret_key": "{SECRET}"}}')),
    Fault("W045", "a secret in a URL", setting(f'URL = "s3://AKIA:{SECRET}@bucket/media"')),
    Fault("W046", "a committed .env", written("deploy/.env", f"AWS_SECRET_ACCESS_KEY={SECRET}\n", commit=True)),
    Fault(
        "W046",
        "a secret in a compose file",
        written("compose.yaml", f"environment:\n  SUPABASE_SERVICE_ROLE_KEY: {SECRET}\n", commit=True),
    ),
    Fault(
        "W047",
        "names that do not fit",
        written(
            "shop/models.py",
            "from django.db import models\n\n\nclass Photo(models.Model):\n"
            '    image = models.FileField(upload_to="photos/%Y/%m/%d", max_length=50)\n',
        ),
    ),
    Fault("W060", "a private field in a public bucket", setting(PRIVATE + PUBLIC_BUCKET)),
    Fault("W080", "a misspelt setting", setting(STATIC_BY_AWS_NAMES + 'AWS_S3_REGION = "eu-west-1"')),
    Fault(
        "E081", "image sizes without Pillow", both(entry(**MEMORY, images="embedded"), setting("", STAGED_HIDDEN="PIL"))
    ),
    Fault(
        "W082",
        "a Pillow without AVIF",
        both(entry(**MEMORY, images="embedded"), setting("", STAGED_HIDDEN="PIL.AvifImagePlugin")),
    ),
    Fault("E062", "a private field that is not there", setting('MEDIALIFT_PRIVATE = ["shop.Photo.picture"]')),
)

GOOD: tuple[tuple[str, Put], ...] = (
    ("a volume of the platform's", both(setting("", RENDER="true"), on_a_network_disk)),
    (
        "two machines that share a disk",
        both(written("fly.toml", "[[services]]\nmin_machines_running = 2"), on_a_network_disk),
    ),
    ("a disk that may be a volume", on_an_empty_dir),
    ("a desk", both(in_the_checkout, setting("DEBUG = True"))),
    ("secrets that are none", setting('AWS_SECRET_ACCESS_KEY = ""\nAWS_SESSION_TOKEN = "<your token>"')),
)
"""What looks like a fault, and is none."""
