from __future__ import annotations

import json
from datetime import datetime, timezone
from typing import Any, get_args, get_type_hints

import pytest

from medialift.doctor.check import Outcome
from medialift.doctor.check import State as CheckState
from medialift.doctor.finding import Finding as DoctorFinding
from medialift.doctor.watch import Alteration, Round
from medialift.errors import AccessDeniedError, ConfigError, MedialiftError
from medialift.generate.changes import Change
from medialift.generate.rls_check import Fault, Finding
from medialift.generate.setup.values import Manual
from medialift.move.results import References
from medialift.move.values import Progress, Stage
from medialift.report import json as json_report
from medialift.report.objects import OBJECTS, Amount, StorePair, StorePlace, StoreRows
from medialift.report.policy_values import Generated, RowFindings, SettingReport, SettingState
from medialift.report.reports import Report
from medialift.report.site_values import (
    BucketMade,
    Detected,
    FileChange,
    FileState,
    RestorationReport,
    RestoreEnd,
    SetupEnd,
    VersionReport,
)
from medialift.report.values import Diagnosis, Examination, Listing, ListingEnd, Problem, RowsUndone
from medialift.stores.bucket_configuration import Setting
from medialift.types import ObjectInfo, OutOfReach, Reference, State
from tests.report.samples import GONE, OLD, SAMPLES, steps

BY_TYPE: dict[str, Any] = {get_args(get_type_hints(kind)["type"])[0]: kind for kind in OBJECTS}
OUTCOMES = (
    Outcome("cloud", "medialift.E009", "TLS works", CheckState.OK),
    Outcome(
        "cloud",
        "medialift.E011",
        "the region is the bucket's",
        CheckState.FINDING,
        (DoctorFinding("medialift.E011", "the bucket is in eu-west-3", "set region"),),
    ),
    Outcome("cloud", "medialift.W020", "versions are kept", CheckState.UNKNOWN, reason="not allowed to know"),
)
NOW = datetime(2026, 11, 21, tzinfo=timezone.utc)
ERROR = AccessDeniedError("not allowed", operation="put", key="a", store="r2:b", hint="ask for it")
EVERYTHING: list[Report | Progress] = [
    *SAMPLES.values(),
    *steps()[:3],
    Progress(Stage.COPY, 1, 2, 3, 4, 0, 0.0),
    Progress(Stage.COPY, 1, 2, 3, 4, 0, 1.5),
    Problem("a.jpg", State.FAILED, "no answer", {}),
    Reference("a.jpg", "gallery.Photo.image", "1"),
    OutOfReach(Reference("b.jpg", "gallery.Photo.image", "2"), "a link leads it out"),
    ObjectInfo("thumbs/1.jpg", 9000),
    ListingEnd(Listing.MISSING, 1, 0),
    References(3, 1, 1, 1),
    RowsUndone(3, 1),
    Generated("app", "cloud", "{}\n", "app.json"),
    SettingReport(Change(Setting.VERSIONING, None, {"Status": "Enabled"}), SettingState.PLANNED),
    RowFindings(4, (Finding(Fault.NO_DELETE, "avatars", "nobody can delete"),)),
    Examination("cloud", "s3:b", OUTCOMES),
    Diagnosis(OUTCOMES),
    Alteration(NOW, True, OUTCOMES[1]),
    Alteration(NOW, False, OUTCOMES[0]),
    Round(3, NOW, 1.5, OUTCOMES, {}),
    VersionReport("photos/cat.jpg", OLD),
    RestorationReport("photos/cat.jpg", GONE, OLD),
    RestoreEnd(1, 0),
    Detected((("Django", "5.2"),)),
    FileChange("requirements.txt", FileState.PLANNED, "+django-medialift"),
    BucketMade("prod", "s3:pics", "made"),
    SetupEnd(1, 0, (Manual("The settings", "import medialift", "they are unusual"),), ("pip install",)),
    ERROR,
    ConfigError("a setting is wrong"),
]


def printed(report: Report | Progress) -> list[dict[str, Any]]:
    return [json.loads(line) for line in json_report.lines(report)]


@pytest.mark.parametrize("report", EVERYTHING, ids=lambda report: type(report).__name__)
def test_every_object_has_exactly_the_promised_fields(report: Report | Progress) -> None:
    assert printed(report)
    for found in printed(report):
        assert found.keys() == get_type_hints(BY_TYPE[found["type"]]).keys()


def test_every_promised_type_is_printed_by_something() -> None:
    assert {found["type"] for report in EVERYTHING for found in printed(report)} == BY_TYPE.keys()


def test_amounts_and_stores_have_exactly_the_promised_fields() -> None:
    (move,) = printed(SAMPLES["move-complete"])
    assert move["copied"].keys() == get_type_hints(Amount).keys()
    (pair,) = move["pairs"]
    assert pair.keys() == get_type_hints(StorePair).keys()
    assert pair["source"].keys() == get_type_hints(StorePlace).keys()


@pytest.mark.parametrize("report", EVERYTHING, ids=lambda report: type(report).__name__)
def test_an_object_is_one_line_of_ascii(report: Report | Progress) -> None:
    for line in json_report.lines(report):
        assert line.isascii()
        assert "\n" not in line


@pytest.mark.parametrize("name", ["写真.jpg", "a\nb\x00.jpg", "latin\udce9.jpg", "e\u0301.jpg"])
def test_every_name_survives_exactly(name: str) -> None:
    (found,) = printed(ObjectInfo(name, 1))
    assert found["name"] == name


def test_a_plan_begins_and_ends_with_its_own_lines_and_counts_everything() -> None:
    first, *middle, last = printed(SAMPLES["plan"])
    assert first["type"] == "plan"
    assert last["type"] == "plan_summary"
    assert last["actions"]["copy"]["files"] == 1551
    assert last["actions"]["conflict"] == {"files": 2, "bytes": 6 * 1024 * 1024}
    photos = next(found for found in middle if found.get("field") == "gallery.Photo.image")
    assert (photos["rows"], photos["files"], photos["shared"]) == (1225, 1225, 1)


def test_a_plan_tells_where_the_rows_that_choose_have_their_files() -> None:
    chosen = [found for found in printed(SAMPLES["plan"]) if found["type"] == "chosen"]
    assert [found["field"] for found in chosen] == ["gallery.Film.file", "gallery.Scan.file"]
    films, scans = (found["stores"] for found in chosen)
    assert [(at["store"]["alias"], at["store"]["container"], at["rows"]) for at in films] == [
        ("films", "example-films", 40),
        ("", "old-films", 1),
    ]
    assert scans == []
    assert films[0].keys() == get_type_hints(StoreRows).keys()
    assert films[0]["store"].keys() == get_type_hints(StorePlace).keys()


def test_states_and_proofs_are_spelled_the_same_everywhere() -> None:
    move = printed(SAMPLES["move-troubled"])[-1]
    assert set(move["states"]) == {"verified", "conflict", "unreadable", "failed", "pending"}
    assert move["proofs"] == {"etag-md5": 1560}


def test_an_error_carries_its_hint_and_where_it_happened() -> None:
    (found,) = printed(ERROR)
    assert found == {
        "type": "error",
        "error": "AccessDeniedError",
        "reason": "not allowed",
        "hint": "ask for it",
        "retryable": False,
        "operation": "put",
        "key": "a",
        "store": "r2:b",
    }


def test_an_error_without_a_store_has_the_same_fields() -> None:
    error: MedialiftError = ConfigError("a setting is wrong")
    assert printed(error)[0].keys() == printed(ERROR)[0].keys()
