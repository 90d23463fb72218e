"""Reads from a project's deployment files, and from the platform, whether several instances of the site run."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

_RENDER = re.compile(r"^\s*(?P<name>numInstances|minInstances|maxInstances)\s*:\s*(?P<count>\d+)", re.MULTILINE)


def several_instances(root: str, environment: Mapping[str, str]) -> Iterator[str]:
    """Where it is written that more than one instance runs: ``fly.toml: min_machines_running = 2``."""
    index = environment.get("CF_INSTANCE_INDEX", "")  # Cloud Foundry counts from 0
    if index.isdecimal() and int(index) > 0:
        yield f"CF_INSTANCE_INDEX={index}"
    if root:
        yield from _of_render(_text(Path(root) / "render.yaml"))
        yield from _of_fly(_text(Path(root) / "fly.toml"))
        yield from _of_heroku(_text(Path(root) / "app.json"))


def _of_render(text: str) -> Iterator[str]:
    """https://render.com/docs/blueprint-spec"""
    for found in _RENDER.finditer(text):
        if int(found["count"]) > 1:
            yield f"render.yaml: {found['name']}: {found['count']}"
            return


def _of_fly(text: str) -> Iterator[str]:
    """https://fly.io/docs/reference/configuration/"""
    try:
        told = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    services = told.get("services", [])
    for service in (told.get("http_service"), *(services if isinstance(services, list) else [])):
        count = service.get("min_machines_running") if isinstance(service, dict) else None
        if isinstance(count, int) and count > 1:
            yield f"fly.toml: min_machines_running = {count}"
            return


def _of_heroku(text: str) -> Iterator[str]:
    """https://devcenter.heroku.com/articles/app-json-schema"""
    try:
        told: Any = json.loads(text or "{}")
        count = told["formation"]["web"]["quantity"]
    except (ValueError, KeyError, TypeError):
        return
    if isinstance(count, int) and count > 1:
        yield f"app.json: formation.web.quantity: {count}"


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, ValueError):
        return ""
