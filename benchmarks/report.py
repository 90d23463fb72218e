"""The results as JSON, with what is needed to judge them: versions, cores, and how busy the machine was."""

from __future__ import annotations

import dataclasses
import json
import os
import platform
from collections.abc import Mapping, Sequence
from datetime import datetime, timezone
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from benchmarks.contest import Case, Row

PACKAGES = ("django", "django-medialift", "obstore", "boto3", "django-storages")


class Report:
    """Collects cases, and writes the file anew after each: a run that is stopped leaves what it had."""

    def __init__(self, file: Path, *, quick: bool, peers: Mapping[str, str]) -> None:
        self._file = file
        self._content: dict[str, Any] = {
            "began": datetime.now(timezone.utc).isoformat(timespec="seconds"),
            "quick": quick,
            "machine": {"cores": os.cpu_count(), "system": platform.platform(), "python": platform.python_version()},
            "versions": {**{name: _version(name) for name in PACKAGES}, **peers},
            "unavailable": [],
            "cases": [],
        }

    def unavailable(self, what: str) -> None:
        self._content["unavailable"].append(what)
        self._write()

    def add(self, case: Case, rows: Sequence[Row]) -> None:
        self._content["cases"].append(
            {
                "name": case.name,
                "title": case.title,
                "objects": case.objects,
                "bytes": case.octets,
                "load": os.getloadavg()[0],
                "rows": [dataclasses.asdict(row) for row in rows],
            }
        )
        self._write()

    def _write(self) -> None:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        self._file.write_text(json.dumps(self._content, indent=2) + "\n", encoding="utf-8")


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""
