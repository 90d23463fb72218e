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
        ("railway.json", '{"deploy": {\n  "numReplicas": 2\n}}', ["railway.json: numReplicas: 2"]),
        ("railway.toml", "[deploy]\nnumReplicas = 1", []),
        ("railway.toml", "[deploy]\nnumReplicas = 4", ["railway.toml: numReplicas: 4"]),
        (
            "service.yaml",
            "apiVersion: serving.knative.dev/v1\n  annotations:\n    autoscaling.knative.dev/maxScale: '10'",
            ["service.yaml: autoscaling.knative.dev/maxScale: 10"],
        ),
        ("app.yaml", "runtime: python312\nautomatic_scaling:\n  max_instances: 5", ["app.yaml: max_instances: 5"]),
        ("app.yaml", "runtime: python312\nmanual_scaling:\n  instances: 1", []),
        ("app.yaml", "name: something else\ninstances: 3", []),
        ("copilot/web/manifest.yml", "name: web\ncount: 2", ["copilot/web/manifest.yml: count: 2"]),
        ("service.json", '{\n  "desiredCount": 3\n}', ["service.json: desiredCount: 3"]),
        ("infra/web.yaml", "    DesiredCount: 2", ["infra/web.yaml: DesiredCount: 2"]),
        ("k8s/web.yaml", "kind: Deployment\nspec:\n  replicas: 3", ["k8s/web.yaml: replicas: 3"]),
        (
            "deploy/base/hpa.yml",
            "kind: HorizontalPodAutoscaler\nspec:\n  minReplicas: 1\n  maxReplicas: 8",
            ["deploy/base/hpa.yml: maxReplicas: 8"],
        ),
        ("k8s/database.yaml", "kind: StatefulSet\nspec:\n  replicas: 3", []),
        ("manifest.yml", "applications:\n- name: web\n  instances: 2", ["manifest.yml: instances: 2"]),
        ("compose.yaml", "services:\n  web:\n    deploy:\n      replicas: 2", []),
        (
            "zappa_settings.json",
            '{"production": {"django_settings": "shop.settings"}}',
            ["zappa_settings.json: AWS Lambda starts as many as it needs"],
        ),
        ("serverless.yml", "plugins: [serverless-wsgi]", ["serverless.yml: AWS Lambda starts as many as it needs"]),
        ("serverless.yml", "provider: {runtime: nodejs20.x}", []),
        ("vercel.json", '{"use": "@vercel/python"}', ["vercel.json: Vercel starts as many as it needs"]),
        ("vercel.json", '{"framework": "nextjs"}', []),
    ],
)
def test_what_deployment_files_say(name: str, text: str, told: list[str], tmp_path: Path) -> None:
    (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / name).write_text(text)
    assert list(several_instances(str(tmp_path), {})) == told


def test_what_the_platform_says(tmp_path: Path) -> None:
    assert list(several_instances("", {"CF_INSTANCE_INDEX": "2"})) == ["CF_INSTANCE_INDEX=2"]
    assert list(several_instances(str(tmp_path), {"CF_INSTANCE_INDEX": "0"})) == []
