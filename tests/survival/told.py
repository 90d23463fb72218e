"""What a person or a script is told when a verb cannot go on."""

from __future__ import annotations

from tests.cli.conftest import Ran

READ_ONLY = "the ledger's database 'default' refuses to be written"


def assert_told(ran: Ran, reason: str, hint: str) -> None:
    """The verb could not go on, and said why and what to do, without a traceback."""
    assert ran.code == 2, ran
    assert (ran.last["type"], "Traceback" in ran.err) == ("error", False)
    assert reason in ran.last["reason"]
    assert hint in ran.last["hint"]
    assert reason in ran.err, "people read standard error"
