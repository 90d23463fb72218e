"""The table of faults: each is staged for real, and the doctor names exactly that one."""

from __future__ import annotations

from pathlib import Path

import django
import pytest

from medialift import checks
from medialift.doctor.check import State
from medialift.doctor.checks import RULES
from tests.doctor.conftest import ids_of
from tests.doctor.staging import buckets, sites
from tests.doctor.staging.buckets import Ground, Stage
from tests.doctor.staging.project import Project, healthy_project
from tests.doctor.staging.sites import Fault, Put


@pytest.fixture
def ground(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Ground:
    return Ground(request, monkeypatch)


def test_no_check_is_without_a_fault() -> None:
    staged = {id for id, _, _ in buckets.FAULTS} | {fault.id for fault in sites.FAULTS}
    known = {rule.id.removeprefix("medialift.") for rule in (*checks.FINDINGS, *RULES)}
    before_django_5_1 = {"E001"} if django.VERSION < (5, 1) else set()
    assert staged == known - before_django_5_1


def test_a_healthy_bucket_has_none(ground: Ground) -> None:
    for name, outcomes in buckets.healthy_grounds(ground):
        assert (name, ids_of(outcomes)) == (name, [])


def test_what_a_service_does_not_have_is_not_applicable_and_what_may_not_be_known_is_unknown(ground: Ground) -> None:
    outcomes = buckets.r2_without(ground, "cors")
    assert ids_of(outcomes) == []
    assert ids_of(outcomes, State.NOT_APPLICABLE) == ["W020", "W022", "W023", "W024"]
    assert ids_of(outcomes, State.UNKNOWN) == ["W025"]


@pytest.mark.parametrize(
    ("id", "stage"),
    [pytest.param(id, stage, id=f"{id}: {what}") for id, what, stage in buckets.FAULTS],
)
def test_a_fault_of_a_bucket_is_named_alone(id: str, stage: Stage, ground: Ground) -> None:
    assert ids_of(stage(ground)) == [id]


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return healthy_project(tmp_path)


def test_a_healthy_site_has_none(project: Project) -> None:
    examined = project.examined()
    assert (examined.code, examined.found, examined.checked) == (0, [], [])
    assert examined.objects[-1]["type"] == "doctor"


@pytest.mark.parametrize("put", [pytest.param(put, id=what) for what, put in sites.GOOD])
def test_what_only_looks_like_a_fault_is_none(put: Put, project: Project) -> None:
    put(project)
    examined = project.examined()
    assert (examined.code, examined.found, examined.checked) == (0, [], [])


@pytest.mark.parametrize("fault", [pytest.param(fault, id=f"{fault.id}: {fault.wrong}") for fault in sites.FAULTS])
def test_a_fault_of_a_site_is_named_alone_and_needs_no_network(fault: Fault, project: Project) -> None:
    fault.put(project)
    examined = project.examined()
    assert (examined.code, examined.found, examined.checked) == (1, [fault.id], [fault.id])
    assert sites.SECRET not in str(examined.objects)
