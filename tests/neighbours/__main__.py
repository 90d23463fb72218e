"""One page view: ``python -m tests.neighbours SIZE`` shows a thumbnail, and tells what it is as JSON."""

from __future__ import annotations

import json
import os
import sys

import django


def main(size: int) -> None:
    django.setup()
    from django.core.files.storage import default_storage
    from PIL import Image

    from tests.neighbours.packages import PACKAGES

    made = PACKAGES[os.environ["NEIGHBOUR"]].thumbnail(size)
    with default_storage.open(made.name) as file, Image.open(file) as image:
        print(json.dumps({"name": made.name, "url": made.url, "size": image.size}))


main(int(sys.argv[1]))
