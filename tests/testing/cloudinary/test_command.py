"""The stand-in as a command."""

from __future__ import annotations

import re
import subprocess
import sys

import cloudinary
import httpx


def test_it_serves_until_it_is_interrupted_and_prints_the_variable() -> None:
    command = [sys.executable, "-m", "medialift.testing.cloudinary", "--cloud", "mine"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        line = re.fullmatch(r"export CLOUDINARY_URL='(.*)'\n", process.stdout.readline())
        assert line is not None
        config = cloudinary.Config()
        config._load_from_url(line[1])
        url = f"{config.upload_prefix}/v1_1/mine/ping"
        assert httpx.get(url, auth=(config.api_key, config.api_secret)).json() == {"status": "ok"}
        process.terminate()
        assert process.wait(20) == 0
