from __future__ import annotations

import pytest

from medialift.move.memory_journal import MemoryJournal
from tests.move.journal_contract import JournalContract


@pytest.fixture
def journal() -> MemoryJournal:
    return MemoryJournal()


class TestMemoryJournal(JournalContract):
    pass
