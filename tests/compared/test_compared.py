"""What the pages say of other packages is what these packages do, row by row, on a site of their own."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers.missing import missing
from tests.servers.s3server import S3Server

ROOT = Path(__file__).resolve().parents[2]
PEERS = {
    "storages": ("storages", "django-storages"),
    "private_storage": ("private_storage", "django-private-storage"),
    "sendfile": ("django_sendfile", "django-sendfile2"),
    "s3_file_field": ("s3_file_field", "django-s3-file-field"),
    "easy_thumbnails": ("easy_thumbnails", "easy-thumbnails"),
}
"""By the name of its trials: what is imported, and what the page and its index call it."""

UNTRIED = ("", "leaves it to you")
READ = "\\*"
"""Marks what was read in the package's source, and not run."""


@pytest.mark.parametrize("peer", PEERS)
def test_a_package_does_what_the_page_says(peer: str, moto: S3Server, tmp_path: Path) -> None:
    module, package = PEERS[peer]
    if importlib.util.find_spec(module) is None:
        missing(package, f"pip install {package}")
    place = {"endpoint_url": moto.endpoint_url, "region": moto.region, "bucket": moto.make_bucket()}
    keys = {"access_key_id": moto.access_key_id, "secret_access_key": moto.secret_access_key}
    environment = {
        **os.environ,
        "PEER": peer,
        "SITE_HOME": str(tmp_path),
        "SERVER": json.dumps({**place, **keys}),
        "DJANGO_SETTINGS_MODULE": "tests.compared.site",
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "src")]),
    }
    command = [sys.executable, "-m", "tests.compared"]
    done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    assert {name: one["seen"] for name, one in told.items()} == {name: one["said"] for name, one in told.items()}


@pytest.mark.parametrize("peer", PEERS)
def test_every_cell_that_was_not_only_read_is_tried(peer: str) -> None:
    source = (Path(__file__).parent / "peers" / f"{peer}.py").read_text()
    tried = {found[2] for found in re.finditer(r"^@row\((['\"])(.*)\1, seen=", source, re.MULTILINE)}
    told = {row: cell for column, row, cell in cells() if column == PEERS[peer][1]}
    assert tried == {row for row, cell in told.items() if cell not in UNTRIED and not was_read(cell)}


def was_read(cell: str) -> bool:
    """Whether all that it says is only read."""
    return all(READ in said for said in cell.split(";"))


def cells() -> Iterator[tuple[str, str, str]]:
    """The package, the row and the text of every cell of the page's tables."""
    titles: list[str] = []
    for line in (ROOT / "docs" / "files" / "compared.md").read_text().splitlines():
        texts = [text.strip() for text in line.strip("|").split("|")] if line.startswith("|") else []
        if not texts or set(texts[0]) == {"-"}:
            titles = titles if texts else []
        elif not titles:
            titles = texts
        else:
            yield from ((title, texts[0], text) for title, text in zip(titles[1:], texts[1:], strict=True))
