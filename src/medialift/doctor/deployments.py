"""Reads from a project's deployment files, and from the platform, whether several instances of the site run."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import Any

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

MOST = 50
"""Files that are looked at for one platform."""


@dataclass(frozen=True, slots=True)
class Written:
    """Where a platform's files say how many instances run: ``count`` finds a ``name`` and a ``count``.

    Only files that ``when`` finds something in are of that kind.
    """

    files: tuple[str, ...]
    count: re.Pattern[str]
    source: str
    when: re.Pattern[str] = re.compile("")


def _counts(names: str) -> re.Pattern[str]:
    return re.compile(rf"""^[\s-]*["']?(?P<name>{names})["']?\s*[:=]\s*["']?(?P<count>\d+)""", re.MULTILINE)


# Not every folder: node_modules and a virtual environment have thousands.
FOLDERS = (
    "deploy", "deployment", "infra", "infrastructure", "k8s", "kubernetes", "manifests", "ops",
)  # fmt: skip
YAMLS = tuple(
    f"{folder}{name}"
    for folder in ("", *(f"{name}/{below}" for name in FOLDERS for below in ("", "*/")))
    for name in ("*.yaml", "*.yml")
)

WRITTEN: tuple[Written, ...] = (
    Written(
        ("render.yaml",), _counts("numInstances|minInstances|maxInstances"), "https://render.com/docs/blueprint-spec"
    ),
    Written(
        ("railway.json", "railway.toml"),
        _counts("numReplicas"),
        "https://docs.railway.com/reference/config-as-code",
    ),
    Written(
        ("*.yaml", "*.yml"),
        _counts(r"autoscaling\.knative\.dev/(?:min|max)Scale"),
        "https://cloud.google.com/run/docs/configuring/max-instances",
        when=re.compile(r"serving\.knative\.dev"),
    ),
    Written(
        ("app.yaml",),
        _counts("instances|min_instances|max_instances"),
        "https://cloud.google.com/appengine/docs/standard/reference/app-yaml",
        when=re.compile(r"^runtime\s*:\s*python", re.MULTILINE),
    ),
    Written(
        ("copilot/*/manifest.yml",), _counts("count"), "https://aws.github.io/copilot-cli/docs/manifest/lb-web-service/"
    ),
    Written(
        ("*.json", *YAMLS),
        _counts("DesiredCount|desiredCount"),
        "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html",
    ),
    Written(
        YAMLS,
        _counts("replicas|minReplicas|maxReplicas"),
        "https://kubernetes.io/docs/concepts/workloads/controllers/deployment/",
        when=re.compile(r"^kind\s*:\s*(Deployment|HorizontalPodAutoscaler)\b", re.MULTILINE),
    ),
    Written(
        ("manifest.yml",), _counts("instances"), "https://docs.cloudfoundry.org/devguide/deploy-apps/manifest.html"
    ),
)
"""Docker's Compose is not among them: what it runs on one machine shares the machine's volumes."""

AS_MANY_AS_NEEDED: Mapping[str, tuple[str, re.Pattern[str]]] = {
    "zappa_settings.json": ("AWS Lambda", re.compile("")),
    "serverless.yml": ("AWS Lambda", re.compile(r"wsgi", re.IGNORECASE)),
    "vercel.json": ("Vercel", re.compile(r"python|wsgi", re.IGNORECASE)),
}
"""Files of platforms that start an instance whenever the others are busy, by what they hold where it is for Django.

Sources: https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html, https://vercel.com/docs/functions
"""


def several_instances(root: str, environment: Mapping[str, str]) -> Iterator[str]:
    """Where it is written that more than one instance runs: ``fly.toml: min_machines_running = 2``."""
    index = environment.get("CF_INSTANCE_INDEX", "")  # Cloud Foundry counts from 0
    if index.isdecimal() and int(index) > 0:
        yield f"CF_INSTANCE_INDEX={index}"
    if root:
        yield from chain.from_iterable(_counted(Path(root), written) for written in WRITTEN)
        yield from _as_many_as_needed(Path(root))
        yield from _of_fly(_text(Path(root) / "fly.toml"))
        yield from _of_heroku(_text(Path(root) / "app.json"))


def _counted(root: Path, written: Written) -> Iterator[str]:
    """The first file of this kind that says more than one."""
    files = chain.from_iterable(sorted(root.glob(pattern)) for pattern in written.files)
    for file in islice(files, MOST):
        text = _text(file)
        if not written.when.search(text):
            continue
        for found in written.count.finditer(text):
            if int(found["count"]) > 1:
                yield f"{file.relative_to(root)}: {found['name']}: {found['count']}"
                return


def _as_many_as_needed(root: Path) -> Iterator[str]:
    for name, (platform, sign) in AS_MANY_AS_NEEDED.items():
        text = _text(root / name)
        if text and sign.search(text):
            yield f"{name}: {platform} starts as many as it needs"


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
