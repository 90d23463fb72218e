"""Files for sites that are moved."""

from __future__ import annotations

import random

MIB = 1024 * 1024
LARGE = 17 * MIB
"""Bytes; just above where uploads go in parts (16 MiB)."""

AWKWARD = ("été/日本 😀.png", "e\u0301te\u0301.txt", "a b+%#?&'\"[]~.txt", "-dash", "x/.hidden")


def tree(rng: random.Random, small: int, *, large: int = 0, most: int = 20_000) -> dict[str, bytes]:
    """*small* files of at most *most* bytes in a few folders, *large* ones that go in parts, and awkward names."""
    names = [f"photos/{number % 7}/{number:05}.jpg" for number in range(small)]
    found = {name: rng.randbytes(rng.randrange(1, most)) for name in names}
    found |= {name: name.encode() for name in AWKWARD}
    found |= {f"videos/{number}.mp4": rng.randbytes(LARGE + rng.randrange(3 * MIB)) for number in range(large)}
    return {**found, "photos/empty.jpg": b""}
