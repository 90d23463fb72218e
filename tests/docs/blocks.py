"""Code blocks of the pages, and how they are run.

A ``console`` block is a session: lines that start with ``$ `` are commands (``> `` goes on with
one), the lines below each are what it prints. A ``python`` block is a program. A block that is not
run says so beside its language, with the reason: ````console not-run: needs a bucket of your own``.
"""

from __future__ import annotations

import doctest
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from markdown_it import MarkdownIt

ROOT = Path(__file__).resolve().parent.parent.parent
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")))
RUN = ("console", "python")
SHOWN = ("css", "text", "toml", "json", "sql", "ini")
"""Languages of blocks that are pictures, data or excerpts: nothing to run."""
TESTED_ELSEWHERE = ("sh", "yaml")
"""Languages of blocks that have tests of their own, beside those of what they show."""

_VARYING = (
    (re.compile(r"\b\d+(?:[.,]\d+)* ?(?:bytes|B|KiB|MiB|GiB)(?:/s)?(?![\w])"), "SIZE"),
    (re.compile(r"\b(?:less than )?\d+(?:\.\d+)? ?(?:ms|s|seconds?|min|minutes?|h|hours?)\b"), "TIME"),
    (re.compile(r"\b\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d| UTC)?)?"), "DATE"),
    (re.compile(r"\b[0-9a-f]{32,}\b"), "DIGEST"),
    (re.compile(r"(?<=\w_)[A-Za-z0-9]{7}(?=\.)"), "SUFFIX"),
    (re.compile(r"\b127\.0\.0\.1:\d+\b"), "HOST"),
)


@dataclass(frozen=True)
class Block:
    """One fenced block; ``not_run`` is the reason that it gives for not being run."""

    page: Path
    line: int
    language: str
    not_run: str
    text: str

    def __str__(self) -> str:
        return f"{self.page.relative_to(ROOT)}:{self.line}"


@dataclass(frozen=True)
class Command:
    """One command of a session, what it should print, and the exit status it should end with."""

    block: Block
    line: str
    expected: str
    status: int = 0


@dataclass(frozen=True)
class Answer:
    command: Command
    printed: str
    status: int

    @property
    def as_promised(self) -> bool:
        flags = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
        expected, printed = settle(self.command.expected), settle(self.printed)
        same = doctest.OutputChecker().check_output(expected, printed, flags)
        return same and self.status == self.command.status


def blocks(page: Path) -> Iterator[Block]:
    """The fenced blocks of one page, in order; directives in braces are Sphinx's business."""
    for token in MarkdownIt().parse(page.read_text(encoding="utf-8")):
        if token.type == "fence" and not token.info.startswith("{") and token.map:
            language, _, rest = token.info.partition(" ")
            reason = rest.partition("not-run:")[2].strip()
            yield Block(page, token.map[0] + 1, language, reason, token.content)


def commands(block: Block) -> Iterator[Command]:
    """The commands of a ``console`` block; a comment ``# exit 1`` after one is the status it ends with."""
    for part in re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]:
        written = re.match(r"[^\n]*(?:\n> [^\n]*)*\n?", part)
        assert written
        line = written[0].replace("\n> ", "\n").rstrip("\n")
        status = re.search(r"\s# exit (\d+)$", line)
        yield Command(block, line, part[written.end() :], int(status[1]) if status else 0)


def settle(text: str) -> str:
    """*text* without what differs from run to run: sizes, times, dates, digests, ports."""
    for pattern, word in _VARYING:
        text = pattern.sub(word, text)
    return re.sub(r"[─━=-]{4,}", "RULE", text)
