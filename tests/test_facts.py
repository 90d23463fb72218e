"""What a site is, seen from its settings and its own files."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

from medialift.doctor.run import examine_site
from medialift.doctor.site import SiteFacts
from medialift.facts.site import site_facts
from tests.cli.conftest import use
from tests.doctor.conftest import ids_of


def test_a_real_site_with_staged_faults(tmp_path: Path, settings: Any) -> None:
    (tmp_path / "page.html").write_text('<img src="/media/logo.png">')
    settings.TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "DIRS": [tmp_path]}]
    settings.ALLOWED_HOSTS = ["www.example.com", ".example.org", "*"]
    settings.CSRF_TRUSTED_ORIGINS = ["https://www.example.com", "https://*.example.net"]
    settings.SILENCED_SYSTEM_CHECKS = ["medialift.W004"]
    facts = site_facts()
    assert [str(line) for line in facts.hard_coded_urls] == [f"{tmp_path}/page.html:1"]
    assert facts.origins == ("https://www.example.com",)
    assert facts.silenced == {"medialift.W004"}


def test_tracked_uploads_are_found(tmp_path: Path, settings: Any) -> None:
    media = tmp_path / "media"
    media.mkdir()
    (media / "cat.jpg").write_bytes(b"cat")
    settings.MEDIA_ROOT = str(media)
    assert site_facts().tracked_media == ""
    for words in (["init", "-q"], ["add", "media/cat.jpg"]):
        subprocess.run(["git", "-C", str(tmp_path), *words], check=True)
    facts = site_facts()
    assert facts.tracked_media == "cat.jpg"
    assert ids_of(list(examine_site(SiteFacts(media_root=facts.media_root, tracked_media="cat.jpg")))) == ["W033"]


def test_static_files_among_the_uploads_are_found(settings: Any, tmp_path: Path) -> None:
    def folder(name: str) -> dict[str, Any]:
        return {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path / name)}}

    use(settings, {"default": folder("media"), "staticfiles": folder("static")})
    assert "W034" not in ids_of(list(examine_site(site_facts())))
    for inside in ("media", "media/static"):
        use(settings, {"default": folder("media"), "staticfiles": folder(inside)})
        assert "W034" in ids_of(list(examine_site(site_facts())))
