"""The contract, tested by breaking a good store one way at a time."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from medialift.stores.base import ObjectStore
from medialift.stores.memory import MemoryStore
from medialift.testing.contract import StoreContract
from tests.testing.sabotage import suite

BLUNDERS = (TypeError, AttributeError, NameError)
Outcomes = Mapping[tuple[str, str], set[str]]
"""By broken store and test: how the test's cases ended (``passed``, ``failed``, ``skipped``, ``error``)."""


class Recorder:
    """A pytest plug-in that runs only the tests that should notice something, and notes how they end."""

    def __init__(self) -> None:
        self.outcomes: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
        self.messages: list[str] = []

    def pytest_pycollect_makeitem(self, collector: pytest.Collector, name: str) -> list[pytest.Item] | None:
        wanted = (collector.name.removeprefix("Test"), name) in EXPECTED
        return None if wanted or not name.startswith("test_") else []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call":
            self.outcomes[name_of(report.nodeid)].add(report.outcome)
            self.messages.append(report.longreprtext)
        elif not report.passed:
            self.outcomes[name_of(report.nodeid)].add("skipped" if report.skipped else "error")

    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> None:
        """A mistake in the sabotage itself is no proof that the contract notices anything."""
        if call.excinfo and call.excinfo.errisinstance(BLUNDERS) and "pickle" not in str(call.excinfo.value):
            self.outcomes[name_of(item.nodeid)].add("blunder")

    def pytest_internalerror(self, excrepr: object) -> None:
        raise AssertionError(str(excrepr))


def run(file: Path, rootdir: Path) -> Recorder:
    """Run pytest on *file* inside this one, without the plug-ins and settings of this run."""
    recorder = Recorder()
    plugins = ("django", "randomly", "xdist", "cacheprovider", "hypothesispytest")
    without = [option for plugin in plugins for option in ("-p", f"no:{plugin}")]
    home = ["-c", os.devnull, f"--rootdir={rootdir}", "--import-mode=importlib"]
    quick = ["--tb=native", "--quiet", "-W", "ignore"]
    code = pytest.main([*without, *home, *quick, str(file)], plugins=[recorder])
    assert code is pytest.ExitCode.TESTS_FAILED
    return recorder


def name_of(nodeid: str) -> tuple[str, str]:
    _, suite_name, test = nodeid.split("::")
    return suite_name.removeprefix("Test"), test.partition("[")[0]


EXPECTED = {(broken.__name__, test) for broken in suite.BROKEN for test in broken.noticed_by}


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> Outcomes:
    return run(Path(suite.__file__), tmp_path_factory.getbasetemp()).outcomes


@pytest.mark.parametrize(("broken", "test"), sorted(EXPECTED))
def test_the_contract_notices(outcomes: Outcomes, broken: str, test: str) -> None:
    assert "failed" in outcomes[broken, test]
    assert not {"blunder", "error"} & outcomes[broken, test]


def test_every_test_of_the_contract_can_fail() -> None:
    tests = {name for name in dir(StoreContract) if name.startswith("test_")}
    assert tests - {test for _, test in EXPECTED} == set()


def test_every_file_of_sabotage_is_used() -> None:
    files = {path.stem for path in Path(suite.__file__).parent.glob("*.py")} - {"__init__", "base", "suite"}
    assert files == {module.__name__.rpartition(".")[2] for module in suite.MODULES}


class TestGapThatIsOpen(StoreContract):
    """A known gap is an expected failure, for all cases of a test or for one."""

    known_gaps = {  # noqa: RUF012
        "test_a_deleted_object_is_gone": "it deletes nothing",
        "test_a_range_comes_back[0-10]": "it is off by one here",
    }

    @pytest.fixture
    def store(self, request: pytest.FixtureRequest) -> ObjectStore:
        class Off(MemoryStore):
            def delete(self, key: str) -> None:
                if request.node.name != "test_a_deleted_object_is_gone":
                    super().delete(key)

            def get(self, key: str, **options: Any) -> Any:
                if request.node.name == "test_a_range_comes_back[0-10]":
                    options["length"] += 1
                return super().get(key, **options)

        return Off()


CLOSED_GAP = """
import pytest
from medialift.stores.memory import MemoryStore
from medialift.testing.contract import StoreContract

class TestDropsTheLastByte(StoreContract):  # but it does not
    known_gaps = {"test_bytes_come_back": "it was broken once"}

    @pytest.fixture
    def store(self):
        return MemoryStore()
"""


def test_a_gap_that_has_closed_fails_the_run(tmp_path: Path) -> None:
    (tmp_path / "closed_gap.py").write_text(CLOSED_GAP)
    recorder = run(tmp_path / "closed_gap.py", tmp_path)
    assert recorder.outcomes["DropsTheLastByte", "test_bytes_come_back"] == {"failed"}
    assert any("XPASS(strict)" in message and "it was broken once" in message for message in recorder.messages)


def test_a_gap_that_names_no_test_is_refused() -> None:
    with pytest.raises(TypeError, match="test_that_was_renamed"):
        type("TestStale", (StoreContract,), {"known_gaps": {"test_that_was_renamed[case]": "gone"}})


def test_a_suite_without_a_store_says_what_is_missing() -> None:
    with pytest.raises(NotImplementedError, match="must override the fixture `store`"):
        StoreContract.store.__wrapped__(StoreContract())  # type: ignore[attr-defined]
