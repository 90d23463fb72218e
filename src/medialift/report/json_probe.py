"""What a probe found, as a script reads it."""

from __future__ import annotations

from collections.abc import Iterator

from medialift.report import objects
from medialift.report.values import ProbeReport


def answers(report: ProbeReport) -> Iterator[objects.ProbeAnswerObject]:
    """One object for each question."""
    for finding in report.probed.findings:
        yield {
            "type": "probe_answer",
            "subject": finding.subject.value,
            "verdict": finding.verdict.value,
            "evidence": finding.evidence,
            "names": list(finding.names),
        }


def conclusion(report: ProbeReport, store: objects.StorePlace) -> objects.ProbeObject:
    """The last line."""
    probed, traits = report.probed, report.traits
    return {
        "type": "probe",
        "store": store,
        "at": probed.at.isoformat(),
        "believed_until": probed.believed_until.isoformat(),
        "requests": probed.requests,
        "atomic_create": traits.atomic_create,
        "atomic_multipart_create": traits.atomic_multipart_create,
        "etag": traits.etag.value,
        "checked_digests": sorted(traits.checked_digests),
        "sorted_listing": traits.sorted_listing,
        "lost_headers": sorted(traits.lost_headers),
        "unknown": [finding.subject.value for finding in probed.unknowns],
        "problems": list(report.problems),
        "left_behind": list(probed.left_behind),
        "remembered": report.remembered,
    }
