from __future__ import annotations

from pathlib import Path

import pytest

from medialift.doctor.deployments import several_instances


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("render.yaml", "services:\n  - type: web\n    numInstances: 3\n", ["render.yaml: numInstances: 3"]),
        ("render.yaml", "    scaling:\n      minInstances: 1\n      maxInstances: 5", ["render.yaml: maxInstances: 5"]),
        ("render.yaml", "    numInstances: 1\n", []),
        ("fly.toml", "[http_service]\nmin_machines_running = 2", ["fly.toml: min_machines_running = 2"]),
        ("fly.toml", "[[services]]\nmin_machines_running = 3", ["fly.toml: min_machines_running = 3"]),
        ("fly.toml", "[http_service]\nmin_machines_running = 1", []),
        ("fly.toml", "this is no TOML", []),
        ("app.json", '{"formation": {"web": {"quantity": 2}}}', ["app.json: formation.web.quantity: 2"]),
        ("app.json", '{"formation": []}', []),
        ("app.json", "[", []),
    ],
)
def test_what_deployment_files_say(name: str, text: str, told: list[str], tmp_path: Path) -> None:
    (tmp_path / name).write_text(text)
    assert list(several_instances(str(tmp_path), {})) == told


def test_what_the_platform_says(tmp_path: Path) -> None:
    assert list(several_instances("", {"CF_INSTANCE_INDEX": "2"})) == ["CF_INSTANCE_INDEX=2"]
    assert list(several_instances(str(tmp_path), {"CF_INSTANCE_INDEX": "0"})) == []
