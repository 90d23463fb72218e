"""For those who write a store, or test a site that uses one: the contract as tests, and staged failures.

``contract`` needs pytest, which this package does not install. Nothing here belongs into production.
"""

from __future__ import annotations

import sys

if "pytest" in sys.modules:
    # Assertions of the contract shall say what they compared, as a site's own tests do.
    sys.modules["pytest"].register_assert_rewrite(f"{__name__}.contract")
