"""Writes the examples of ``docs/reference/policies.md``: ``python -m tests.generate.pages``."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path

from medialift.generate import bucket, rls, steps
from medialift.generate.bucket import Wishes
from medialift.generate.iam_policy import ROLES
from medialift.generate.narrow_key import Holding
from medialift.generate.rls import Access
from medialift.generate.scope import Scope
from medialift.providers import load_provider

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "policies.md"
SITE = Scope("myapp-prod-media", "media", "eu-central-1")
WISHES = Wishes(SITE, ("https://www.example.org",))


def _role(role: str) -> str:
    return _json(ROLES[role](SITE))


def _json(value: object) -> str:
    return f"```json\n{json.dumps(value, indent=2)}\n```"


def _steps(provider: str) -> str:
    return f"```text\n{steps.text(steps.guide(load_provider(provider), 'app', Holding(SITE.bucket, SITE.prefix)))}```"


EXAMPLES: Mapping[str, Callable[[], str]] = {
    **{role: lambda role=role: _role(role) for role in ROLES},  # type: ignore[misc]
    "bucket": lambda: _json({setting.value: value for setting, value in bucket.settings(WISHES).items()}),
    "rls": lambda: f"```sql\n{rls.sql(rls.Bucket('avatars'), Access.PRIVATE_PER_USER)}```",
    "r2": lambda: _steps("r2"),
    "b2": lambda: _steps("b2"),
}


def with_examples(page: str) -> str:
    """*page* with what stands between each pair of marks replaced."""
    return re.sub(
        r"(<!-- example: (\w+) -->\n).*?(<!-- end -->)",
        lambda found: f"{found[1]}{EXAMPLES[found[2]]()}\n{found[3]}",
        page,
        flags=re.DOTALL,
    )


if __name__ == "__main__":
    PAGE.write_text(with_examples(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
