from __future__ import annotations

import os
import subprocess
import sys

import httpx


def test_the_command_serves_a_project_and_prints_its_environment() -> None:
    command = [sys.executable, "-m", "medialift.testing.supabase", "--bucket", "pictures", "--public"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=os.environ) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline().strip() for _ in range(5)]
        said = dict(line.removeprefix("export ").split("=", 1) for line in lines)
        headers = {"Authorization": f"Bearer {said['SUPABASE_SERVICE_KEY']}"}
        path = f"/storage/v1/bucket/{said['SUPABASE_STORAGE_BUCKET']}"
        answer = httpx.get(said["SUPABASE_URL"] + path, headers=headers)
        process.terminate()
        assert process.wait(timeout=10) == 0
    assert (answer.json()["id"], answer.json()["public"]) == ("pictures", True)
