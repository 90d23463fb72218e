"""What a site is, seen from its settings and its own files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from medialift.facts import site_facts


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
