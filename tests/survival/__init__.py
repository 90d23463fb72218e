"""Moves that are killed, cut off, cheated and starved: the real command line, ledger and servers.

What is judged at the end is judged by tools that are not ours. Each proof has a short form; the long
ones are marked ``prove``. A seed is printed with each failure; ``MEDIALIFT_SURVIVAL_SEED`` takes it again.
"""

from __future__ import annotations

import sys

if "pytest" in sys.modules:  # every mover imports its settings from here, and has no use for pytest
    import pytest

    for helper in ("judges", "kills", "told"):
        pytest.register_assert_rewrite(f"{__name__}.{helper}")
