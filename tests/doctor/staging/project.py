"""A small Django project on the disk, in a git checkout, with nothing wrong; faults are put into it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[3]

FILES: Mapping[str, str] = {
    "staged.py": """\
import os
import sys

# What a test cannot take away from its own machine: a module that is installed, the disks that are mounted.
for name in filter(None, os.environ.get("STAGED_HIDDEN", "").split(",")):
    sys.modules[name] = None


def set_up():
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mysite.settings")
    if mounts := os.environ.get("STAGED_MOUNTS"):
        import django
        django.setup()
        import medialift.facts.site
        medialift.facts.site.MOUNTS, medialift.facts.site.IN_CONTAINER = mounts, mounts + ".none"
""",
    "both.py": """\
# The doctor and check --deploy in one process: half of what a fault costs is to start Python.
import json

import staged

staged.set_up()
import django
django.setup()
from django.core.checks import run_checks
from django.core.management import CommandError, call_command
code = 0
try:
    call_command("medialift", "doctor", "--json")
except CommandError as error:
    code = error.returncode
said = [message.id for message in run_checks(tags=["files"], include_deployment_checks=True)]
print(json.dumps({"type": "both", "code": code, "checked": [str(id) for id in said]}))
""",
    "manage.py": """\
import sys

import staged

if __name__ == "__main__":
    staged.set_up()
    from django.core.management import execute_from_command_line
    execute_from_command_line(sys.argv)
""",
    "mysite/__init__.py": "",
    "mysite/settings.py": """\
import os
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent
SECRET_KEY = "staged-and-long-enough-for-the-checks-of-a-deployment-0123456789"
DEBUG = False
ALLOWED_HOSTS = ["www.example.com"]
INSTALLED_APPS = ["django.contrib.contenttypes", "medialift", "shop"]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": BASE_DIR.parent / "db.sqlite3"}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]
MEDIA_ROOT = BASE_DIR.parent / "media"
MEDIA_URL = "/media/"
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR.parent / "static"
AWS_SECRET_ACCESS_KEY = os.environ.get("AWS_SECRET_ACCESS_KEY")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
""",
    "mysite/files.py": """\
from django.core.files.storage import FileSystemStorage


class Files(FileSystemStorage):
    \"\"\"A storage of the site's own that speaks of overwriting as django-storages does.\"\"\"

    file_overwrite = True
""",
    "shop/__init__.py": "",
    "shop/models.py": """\
from django.db import models


class Photo(models.Model):
    image = models.FileField(upload_to="photos/%Y/%m")
""",
    "shop/views.py": "def show(request, photo):\n    return photo.image.url, request.path\n",
    "shop/templates/shop/photo.html": '<img src="{{ photo.image.url }}"> <a href="/shop/">all</a>\n',
    ".gitignore": "*.sqlite3\n__pycache__/\n.env\n",
    ".env": "AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMIK7MDENGbPxRfiCYZZZZ\n",  # ignored, as it should be
    ".env.example": "AWS_SECRET_ACCESS_KEY=\nAWS_STORAGE_BUCKET_NAME=myapp-prod-media\n",
    ".env.staging": "AWS_STORAGE_BUCKET_NAME=myapp-staging-media\n",
    ".env.production": "AWS_STORAGE_BUCKET_NAME=myapp-prod-media\nAWS_SECRET_ACCESS_KEY=<from the vault>\n",
    "fly.toml": "[http_service]\nmin_machines_running = 1\n",
}

DISK = "22 1 8:1 / / rw,relatime - ext4 /dev/sda1 rw\n"


@dataclass
class Project:
    """``code`` is the checkout; beside it lie ``media`` and ``static``. ``environment`` is what its processes see."""

    home: Path
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def code(self) -> Path:
        return self.home / "code"

    def write(self, name: str, text: str) -> None:
        path = self.code / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def add(self, name: str, text: str) -> None:
        """Write *text* at the end of a file."""
        with (self.code / name).open("a", encoding="utf-8") as file:
            file.write(text)

    def git(self, *words: str) -> None:
        who = ["-c", "user.name=test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false"]
        subprocess.run(["git", "-C", str(self.code), *who, *words], check=True, capture_output=True)

    def mounts(self, *lines: str) -> None:
        (self.home / "mountinfo").write_text(DISK + "".join(f"{line}\n" for line in lines))
        self.environment["STAGED_MOUNTS"] = str(self.home / "mountinfo")

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run Python with the project's environment, and nothing else of this process's."""
        bare = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        path = os.pathsep.join(filter(None, (str(ROOT / "src"), os.environ.get("PYTHONPATH"))))
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=self.code,
            env={**bare, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1", **self.environment},
            capture_output=True,
            text=True,
            timeout=120,
        )

    def examined(self) -> Examined:
        ran = self.run("both.py")
        assert ran.returncode == 0, ran.stderr
        *objects, both = (json.loads(line) for line in ran.stdout.splitlines())
        return Examined(both["code"], objects, _media(both["checked"]))


@dataclass(frozen=True)
class Examined:
    """What the doctor said, with its exit code, and what ``check --deploy`` says of media."""

    code: int
    objects: list[dict[str, Any]]
    checked: list[str]

    @property
    def found(self) -> list[str]:
        return _media(told["id"] for told in self.objects if told.get("state") == "finding")


def _media(ids: Iterable[str]) -> list[str]:
    return [id.removeprefix("medialift.") for id in ids if id.startswith("medialift.")]


def healthy_project(home: Path) -> Project:
    project = Project(home)
    for name, text in FILES.items():
        project.write(name, text)
    for folder in ("media", "static"):
        (home / folder).mkdir()
    project.mounts()
    project.git("init", "-q")
    project.git("add", ".")
    project.git("commit", "-q", "-m", "Begin")
    return project
