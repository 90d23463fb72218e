"""No page shows a command or a program that is neither run nor marked."""

from __future__ import annotations

import pytest

from tests.docs.blocks import PAGES, RUN, SHOWN, TESTED_ELSEWHERE, Block, blocks
from tests.docs.sessions import RUN_AS_PROGRAM, RUN_IN_SESSION

BLOCKS = [block for page in PAGES for block in blocks(page)]


@pytest.mark.parametrize("block", BLOCKS, ids=str)
def test_every_block_says_its_language(block: Block) -> None:
    assert block.language in RUN + SHOWN + TESTED_ELSEWHERE


@pytest.mark.parametrize("block", [block for block in BLOCKS if block.language in RUN], ids=str)
def test_every_command_and_program_is_run_or_says_why_not(block: Block) -> None:
    where = RUN_IN_SESSION if block.language == "console" else RUN_AS_PROGRAM
    assert block.not_run or block.page in where


def test_the_reasons_for_not_running_are_reasons() -> None:
    assert [str(block) for block in BLOCKS if block.not_run and len(block.not_run.split()) < 3] == []
