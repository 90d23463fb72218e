"""Brings the reference pages up to date: ``python -m tests.cli``."""

from __future__ import annotations

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()

from tests.cli.pages import PAGES, REFERENCE, with_parts  # noqa: E402 - the verbs need Django's apps

for file, written in PAGES.items():
    path = REFERENCE / file
    path.write_text(with_parts(path.read_text(encoding="utf-8"), written()), encoding="utf-8")
