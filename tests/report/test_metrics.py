"""The text that Prometheus reads: scraped over HTTP from a real server, and read from a file."""

from __future__ import annotations

import re
import sys
import urllib.request
from collections.abc import Iterable
from datetime import datetime, timezone
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from medialift.doctor.check import Outcome, State
from medialift.doctor.watch import Round
from medialift.errors import MissingExtraError, RefusedError
from medialift.report.metrics import METRICS, Exposition
from tests.docs.blocks import ROOT

PAGE = (ROOT / "docs" / "setup" / "doctor.md").read_text(encoding="utf-8")
ENDED = datetime(2026, 11, 21, 4, 0, tzinfo=timezone.utc)
EXPIRES = datetime(2026, 11, 21, 5, 0, tzinfo=timezone.utc)
ROUND = Round(
    3,
    ENDED,
    1.5,
    (
        Outcome("cloud", "medialift.E014", "files can be stored", State.OK),
        Outcome("cloud", "medialift.E027", 'a "quoted" \\ name', State.FINDING),
        Outcome("disk", "medialift.E026", "a signed URL opens", State.NOT_APPLICABLE),
        Outcome("disk", "medialift.E015", "files can be read", State.UNKNOWN),
    ),
    {"cloud": EXPIRES},
)


def samples(text: str) -> dict[tuple[str, str, str], float]:
    found: Iterable[object] = text_string_to_metric_families(text)
    return {
        (sample.name, sample.labels.get("alias", ""), sample.labels.get("id", "")): sample.value
        for family in found
        for sample in family.samples  # type: ignore[attr-defined]
    }


EXPECTED = {
    ("medialift_doctor_finding", "cloud", "medialift.E014"): 0.0,
    ("medialift_doctor_finding", "cloud", "medialift.E027"): 1.0,
    ("medialift_doctor_unknown", "cloud", "medialift.E014"): 0.0,
    ("medialift_doctor_unknown", "cloud", "medialift.E027"): 0.0,
    ("medialift_doctor_unknown", "disk", "medialift.E015"): 1.0,
    ("medialift_doctor_rounds", "", ""): 3.0,
    ("medialift_doctor_round_timestamp_seconds", "", ""): ENDED.timestamp(),
    ("medialift_doctor_round_duration_seconds", "", ""): 1.5,
    ("medialift_credentials_expiry_timestamp_seconds", "cloud", ""): EXPIRES.timestamp(),
}


def test_it_is_scraped_over_http() -> None:
    exposition = Exposition()
    with exposition.served("127.0.0.1", 0) as port:
        url = f"http://127.0.0.1:{port}/metrics"
        assert urllib.request.urlopen(url).read() == b""  # before the first round nothing is known
        exposition.show(ROUND)
        with urllib.request.urlopen(url) as answer:
            assert answer.headers["Content-Type"].startswith("text/plain; version=")
            assert samples(answer.read().decode()) == EXPECTED
        with pytest.raises(RefusedError, match="cannot be listened on"), Exposition().served("127.0.0.1", port):
            pass
    with Exposition().served("127.0.0.1", port):
        pass  # the port is free again


def test_it_is_written_to_a_file_that_is_replaced_at_once(tmp_path: Path) -> None:
    exposition = Exposition()
    exposition.show(ROUND)
    file = tmp_path / "medialift.prom"
    file.write_text("old")
    exposition.write(str(file))
    assert samples(file.read_text()) == EXPECTED
    assert list(tmp_path.iterdir()) == [file]
    with pytest.raises(RefusedError, match="cannot be written"):
        exposition.write(str(tmp_path / "no" / "folder.prom"))


def test_without_the_library_the_command_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "prometheus_client", None)
    with pytest.raises(MissingExtraError) as refused:
        Exposition()
    assert refused.value.hint == 'pip install "django-medialift[prometheus]"'


def test_the_alerts_of_the_page_ask_for_metrics_that_there_are() -> None:
    (alerts,) = re.findall(r"```yaml\n(.*?)```", PAGE, flags=re.DOTALL)
    asked = [set(re.findall(r"medialift_\w+", line)) for line in alerts.splitlines() if "expr:" in line]
    assert len(asked) == alerts.count("- alert:") == 3
    assert all(asked)
    assert set().union(*asked) <= {metric.name for metric in METRICS}


def test_every_metric_is_on_the_page() -> None:
    for metric in METRICS:
        labels = ", ".join(f"`{label}`" for label in metric.labels)
        assert f"| `{metric.name}` | {labels} | {metric.help} |" in PAGE
