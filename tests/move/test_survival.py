"""Whatever happens on the way, a move that is run again ends right, and never says more than it knows."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medialift.errors import AccessDeniedError, MedialiftError, NoSpaceError, ThrottledError, UnavailableError
from medialift.keys import key_for
from medialift.move import again, run, settling
from medialift.move.journal import Journal, Outcome
from medialift.move.memory_journal import MemoryJournal
from medialift.move.values import Limits
from medialift.stores.memory import MEMORY_TRAITS, MemoryStore
from medialift.testing.faults import CutOff, Fail, Fault, FaultyStore, Flip, LoseAnswer, Truncate
from medialift.types import State, Step, Traits
from tests.move.worlds import ASCII, OPAQUE, OVERWRITES, contents, filled, job, rows

IN_PARTS = replace(MEMORY_TRAITS, part_size=300, multipart_threshold=500)
KINDS = [MEMORY_TRAITS, OPAQUE, ASCII, OVERWRITES, IN_PARTS]
LIMITS = Limits(workers=4, whole=400, attempts=4, batch=3, batch_seconds=10)

names = st.text(alphabet="aA/é\u0301 日%", min_size=1, max_size=5).filter(
    lambda name: "//" not in name and name[0] not in "/" and name[-1] not in "/"
)
bodies = st.integers(0, 900).flatmap(lambda size: st.integers(0, 5).map(lambda seed: bytes([seed]) * size))
trees = st.dictionaries(names, bodies, max_size=12)

STORE_FAULTS: list[Fault] = [
    Fail(UnavailableError),
    Fail(ThrottledError),
    Fail(AccessDeniedError),
    Fail(NoSpaceError),
    LoseAnswer(UnavailableError),
    Flip(0),
    Truncate(3),
    CutOff(3),
]


@dataclass(frozen=True)
class Staged:
    """One thing that goes wrong."""

    side: str
    operation: str
    fault: Fault
    call: int
    times: int

    @property
    def damages_source(self) -> bool:
        return self.side == "source" and isinstance(self.fault, Flip)

    @property
    def spoils(self) -> bool:
        """Whether it may leave an object at the target that nobody wanted, if the mover is killed right then.

        A large file is sent before it is known that it was read wrongly.
        """
        on_the_way = (self.side, self.operation) in (("source", "get"), ("target", "put"))
        return on_the_way and isinstance(self.fault, (Flip, Truncate))


staged = st.builds(
    Staged,
    st.sampled_from(["source", "target"]),
    st.sampled_from(["put", "get", "head", "list"]),
    st.sampled_from(STORE_FAULTS),
    st.integers(1, 12),
    st.integers(1, 3),
)


@pytest.fixture(autouse=True, scope="module")
def impatient() -> Iterator[None]:
    """Nothing here lands late, and no service has to be spared."""
    with patch.object(settling, "PATIENCE", 0.0), patch.object(again, "FIRST_REST", 0.0):
        yield


class Killed(BaseException):
    """Stands for ``kill -9``: nothing that was not in the ledger by now will ever be."""


class DyingJournal:
    """A journal of a process that is killed after so many writes."""

    def __init__(self, kept: Journal, writes: int) -> None:
        self._kept, self._writes = kept, writes

    def __getattr__(self, name: str) -> object:
        return getattr(self._kept, name)

    def plan(self, steps: Sequence[Step]) -> None:
        self._survive()
        self._kept.plan(steps)

    def record(self, outcomes: Sequence[Outcome]) -> None:
        self._survive()
        self._kept.record(outcomes)

    def _survive(self) -> None:
        self._writes -= 1
        if self._writes < 0:
            raise Killed


class World:
    """A source, a target that is not empty, and a ledger that outlives every process."""

    def __init__(self, tree: Mapping[str, bytes], before: Mapping[str, bytes], traits: Traits) -> None:
        self.tree = dict(tree)
        self.source = filled(MemoryStore("source"), tree)
        self.target = filled(MemoryStore("target", traits=traits), {self.key(n, traits): d for n, d in before.items()})
        self.traits, self.before = traits, dict(before)
        self.journal = MemoryJournal("this move")
        self.spoilt = False

    @staticmethod
    def key(name: str, traits: Traits) -> str:
        return key_for(name, traits.key_rules)

    def troubled_run(self, troubles: Sequence[Staged], writes: int) -> None:
        """One run in which things go wrong, ending in whatever way it ends."""
        sides = {"source": FaultyStore(self.source), "target": FaultyStore(self.target)}
        # Bytes that come damaged twice alike cannot be told from an ETag that is no MD5: once is enough.
        damaged = [trouble for trouble in troubles if trouble.damages_source]
        for trouble in [*damaged[:1], *(trouble for trouble in troubles if not trouble.damages_source)]:
            times = 1 if trouble.damages_source else trouble.times
            sides[trouble.side].stage(trouble.operation, trouble.fault, call=trouble.call, times=times)
            self.spoilt |= trouble.spoils
        dying: Journal = DyingJournal(self.journal, writes)  # type: ignore[assignment]
        with suppress(MedialiftError, Killed):
            run.migrate(job(sides["source"], sides["target"], rows(*self.tree, "gone"), journal=dying, limits=LIMITS))
        self.check_promises()

    def quiet_run(self) -> bool:
        done = run.migrate(job(self.source, self.target, rows(*self.tree, "gone"), journal=self.journal, limits=LIMITS))
        self.check_promises()
        return done.complete

    def check_promises(self) -> None:
        """What must hold at every moment."""
        assert contents(self.source) == self.tree
        there = contents(self.target)
        for name, data in self.before.items():
            assert there[self.key(name, self.traits)] == data
        for evidence in self.journal.evidence():
            assert hashlib.sha256(there[evidence.key]).digest() == evidence.digests.sha256

    def check_end(self, complete: bool) -> None:
        """What must hold once a run went through undisturbed."""
        there = contents(self.target)
        states = {recorded.item.name: recorded.state for recorded in self.journal.recorded()}
        conflicts = {name for name, state in states.items() if state is State.CONFLICT}
        differs = {name for name in self.before.keys() & self.tree.keys() if self.before[name] != self.tree[name]}
        assert conflicts >= differs
        assert conflicts == differs or self.spoilt
        for name in self.tree.keys() - conflicts:
            assert there[self.key(name, self.traits)] == self.tree[name]
            assert states[name] is State.VERIFIED
        assert complete == (not conflicts)
        if "gone" not in self.tree:
            assert states["gone"] is State.MISSING_AT_BASELINE


@settings(max_examples=100, deadline=None)
@given(
    tree=trees,
    before=trees,
    traits=st.sampled_from(KINDS),
    troubled=st.lists(st.tuples(st.lists(staged, max_size=5), st.integers(0, 12)), max_size=3),
    changes=st.dictionaries(names, bodies, max_size=4),
    later=st.lists(st.tuples(st.lists(staged, max_size=3), st.integers(0, 8)), max_size=2),
)
def test_a_move_that_is_run_again_ends_right(
    tree: dict[str, bytes],
    before: dict[str, bytes],
    traits: Traits,
    troubled: list[tuple[list[Staged], int]],
    changes: dict[str, bytes],
    later: list[tuple[list[Staged], int]],
) -> None:
    world = World(tree, before, traits)
    for troubles, writes in troubled:
        world.troubled_run(troubles, writes)
    world.check_end(world.quiet_run())
    for name in changes.keys() - before.keys():
        world.source.put(name, changes[name])
        world.tree[name] = changes[name]
    for troubles, writes in later:
        world.troubled_run(troubles, writes)
    world.check_end(world.quiet_run())


@pytest.mark.parametrize("traits", KINDS)
@pytest.mark.parametrize("writes", range(0, 60, 4))
def test_a_mover_killed_at_any_write_is_made_good_by_the_next(traits: Traits, writes: int) -> None:
    tree = {f"{number:02}": bytes([number]) * (number * 37 % 900) for number in range(60)}
    world = World(tree, {"05": b"other", "06": tree["06"], "mine": b"mine"}, traits)
    world.troubled_run([], writes)
    world.check_end(world.quiet_run())


def random_tree(rng: random.Random, count: int) -> dict[str, bytes]:
    names = [rng.choice(["a", "A", "é", "e\u0301", "日/本", "x y"]) + str(rng.randrange(40)) for _ in range(count)]
    return {name: rng.randbytes(1) * rng.choice([0, 1, 7, 399, 401, 600, 900]) for name in names}


def random_trouble(rng: random.Random) -> Staged:
    side, operation = rng.choice([("target", "put"), ("target", "put"), ("target", "get"), ("source", "get")])
    return Staged(side, operation, rng.choice(STORE_FAULTS), rng.randrange(1, 30), rng.randrange(1, 4))


@pytest.mark.parametrize("seed", range(80))
def test_a_crowd_of_troubles_ends_right(seed: int) -> None:
    rng = random.Random(seed)
    tree = random_tree(rng, 40)
    before = {**random_tree(rng, 5), **dict(rng.sample(sorted(tree.items()), 3))}
    world = World(tree, before, KINDS[seed % len(KINDS)])
    for _ in range(2):
        world.troubled_run([random_trouble(rng) for _ in range(8)], rng.randrange(4, 40))
    world.check_end(world.quiet_run())
    for name in rng.sample(sorted(tree.keys() - before.keys()), 8):
        world.source.put(name, rng.randbytes(rng.choice([len(tree[name]), 450])))
        world.tree[name] = contents(world.source)[name]
    world.troubled_run([random_trouble(rng) for _ in range(8)], rng.randrange(2, 12))
    world.check_end(world.quiet_run())
