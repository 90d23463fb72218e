from __future__ import annotations

import shlex

import pytest

from medialift.generate.rollout import PLATFORMS, Plan, sequence
from medialift.generate.variables import variables
from medialift.providers import load_provider

R2 = variables(load_provider("r2"), {"provider": "r2", "bucket": "b", "account_id": "a", "access": "public"})
SETTINGS = 'STORAGES["local"] = STORAGES["default"]\nSTORAGES["default"] = STORAGES["cloud"]'


def titles(platform: str, *, freezes: bool = True, known: bool = True) -> list[str]:
    plan = Plan("7", "default", "cloud", R2 if known else (), SETTINGS, freezes, "local")
    return [step.title for step in sequence(PLATFORMS[platform], plan)]


@pytest.mark.parametrize("platform", PLATFORMS)
def test_the_order_is_the_one_that_loses_nothing(platform: str) -> None:
    found = titles(platform)
    wanted = ["Freeze uploads", "The final pass", "The variables", "Restart", "Check", "Open the doors", "The log"]
    assert [title for title in found if title in wanted] == wanted
    assert found[-1] == "If it has to be undone"


def test_a_site_without_a_freeze_is_told_of_the_gap() -> None:
    plan = Plan("7", "default", "cloud", R2, SETTINGS, False, "local")
    steps = {step.title: step for step in sequence(PLATFORMS["heroku"], plan)}
    assert "Freeze uploads" not in steps
    assert "lost with the old disk" in steps["The final pass"].why


def test_late_uploads_are_fetched_where_the_disk_stays() -> None:
    assert "Late uploads" in titles("systemd")
    assert "Late uploads" not in titles("render")


def test_without_variables_the_settings_are_what_is_changed() -> None:
    found = titles("generic", known=False)
    assert "The settings" in found
    assert "The variables" not in found


@pytest.mark.parametrize("platform", ["heroku", "fly"])
def test_a_command_that_sets_variables_is_one_that_a_shell_takes(platform: str) -> None:
    plan = Plan("7", "default", "cloud", R2, SETTINGS, True, "local")
    (line,) = next(step for step in sequence(PLATFORMS[platform], plan) if step.title == "The variables").lines
    words = shlex.split(line)
    assert [f"{variable.name}={variable.value or f'YOUR_{variable.name}'}" for variable in R2] == words[-len(R2) :]


def test_every_platform_has_its_notes_and_sources() -> None:
    for platform in PLATFORMS.values():
        assert platform.notes
        assert platform.sources or platform.id == "generic"
