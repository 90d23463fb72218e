"""What the demo claims, whether it holds, and how that is told: on a terminal and as JSON."""

from __future__ import annotations

import json
import textwrap
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

WIDTH = 80


@dataclass(frozen=True)
class Claim:
    """One sentence that is true or false, with the figures it rests on."""

    text: str
    holds: bool
    figures: Mapping[str, Any]


@dataclass(frozen=True)
class Holding:
    """The files of one place at one moment; ``digest`` is over the sorted list of names and SHA-256s."""

    place: str
    files: int
    bytes: int
    digest: str


@dataclass
class Report:
    """Collects the claims as they are tested, telling each at once."""

    claims: list[Claim] = field(default_factory=list)
    holdings: list[Holding] = field(default_factory=list)
    error: str = ""
    _began: float = field(default_factory=time.monotonic)
    _chapters: int = 0

    @property
    def holds(self) -> bool:
        """Whether there were claims, and every one of them is true."""
        return bool(self.claims) and all(claim.holds for claim in self.claims) and not self.error

    def chapter(self, title: str) -> None:
        self._chapters += 1
        heading = f"── {self._chapters} · {title} "
        print(f"\n{heading}{'─' * (WIDTH - len(heading))}", flush=True)

    def say(self, text: str) -> None:
        print(textwrap.fill(text, WIDTH, initial_indent="  ", subsequent_indent="  "), flush=True)

    def show(self, command: str, output: str) -> None:
        """A command and what it printed, as it is."""
        print(f"\n  $ {command}\n{textwrap.indent(output.rstrip(), '  ')}\n", flush=True)

    def claim(self, text: str, holds: bool, **figures: Any) -> None:
        self.claims.append(Claim(text, holds, figures))
        print(textwrap.fill(f"{'✔' if holds else '✘'} {text}", WIDTH, initial_indent="  ", subsequent_indent="    "))
        if not holds:
            print(textwrap.indent(json.dumps(figures, indent=2, default=str), "      "))

    def fail(self, error: Exception) -> None:
        """Something broke: nothing after it was tested, so the whole does not hold."""
        self.error = f"{type(error).__name__}: {error}"
        print(f"\n  ✘ stopped by {self.error}")

    def end(self, path: Path) -> None:
        """Print the sum and write the same to *path*."""
        self.chapter("The sum")
        for holding in self.holdings:
            print(f"  {holding.place:<37}{holding.files:>5} files{holding.bytes:>15,} B  {holding.digest[:8]}…")
        held = sum(claim.holds for claim in self.claims)
        seconds = time.monotonic() - self._began
        print(f"\n  {held} of {len(self.claims)} claims hold · {seconds:.0f} s · {path}")
        path.write_text(json.dumps(self._as_dict(seconds), indent=2, default=str) + "\n")

    def _as_dict(self, seconds: float) -> dict[str, Any]:
        return {
            "holds": self.holds,
            "error": self.error,
            "seconds": round(seconds, 1),
            "claims": [vars(claim) for claim in self.claims],
            "holdings": [vars(holding) for holding in self.holdings],
        }
