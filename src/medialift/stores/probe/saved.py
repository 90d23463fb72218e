"""A probe's result as JSON and back, for whoever remembers it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from medialift.stores.probe.values import Finding, Probed, Subject, Verdict
from medialift.types import StoreIdentity

FORMAT = 1
"""Changed when what is stored would be misread by older code, or the questions by newer code."""


def as_json(probed: Probed) -> dict[str, Any]:
    """*probed* in JSON's own types."""
    return {
        "format": FORMAT,
        "identity": asdict(probed.identity),
        "at": probed.at.isoformat(),
        "requests": probed.requests,
        "left_behind": list(probed.left_behind),
        "findings": [
            {
                "subject": finding.subject.value,
                "verdict": finding.verdict.value,
                "evidence": finding.evidence,
                "names": list(finding.names),
            }
            for finding in probed.findings
        ],
    }


def from_json(saved: Mapping[str, Any]) -> Probed | None:
    """What :func:`as_json` has made; ``None`` for what another version has made, or somebody else."""
    try:
        if saved["format"] != FORMAT:
            return None
        return Probed(
            identity=StoreIdentity(**saved["identity"]),
            at=datetime.fromisoformat(saved["at"]),
            findings=tuple(_finding(finding) for finding in saved["findings"]),
            requests=saved["requests"],
            left_behind=tuple(saved["left_behind"]),
        )
    except (KeyError, TypeError, ValueError):
        return None


def _finding(saved: Mapping[str, Any]) -> Finding:
    return Finding(Subject(saved["subject"]), Verdict(saved["verdict"]), saved["evidence"], tuple(saved["names"]))
