from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import pytest

from medialift.stores.base import ListsFolders, MakesBucket, ObjectStore, capability
from medialift.stores.memory import MemoryStore
from medialift.stores.wrappers.base import AllBut, Wrapper
from medialift.stores.wrappers.dryrun import DryRunStore
from medialift.stores.wrappers.limit import LimitStore
from medialift.stores.wrappers.readonly import ReadOnlyStore
from medialift.stores.wrappers.retry import RetryStore
from medialift.stores.wrappers.trace import TraceStore
from medialift.testing.contract import StoreContract
from medialift.testing.faults import FaultyStore

VERBS = [name for name, member in vars(ObjectStore).items() if inspect.isfunction(member) and not name.startswith("_")]
WRITES = {"put", "delete", "delete_many"}
TALKS = set(VERBS) - {"close"}
OVERRIDES = {
    RetryStore: TALKS,
    LimitStore: TALKS,
    TraceStore: TALKS,
    FaultyStore: TALKS,
    ReadOnlyStore: WRITES,
    DryRunStore: WRITES,
}


class TestWrapper(StoreContract):
    @pytest.fixture
    def store(self) -> ObjectStore:
        return Wrapper(MemoryStore())

    @pytest.fixture
    def multipart_store(self) -> ObjectStore:
        return Wrapper(MemoryStore(part_size=40_000))


def test_the_verbs_are_known() -> None:
    assert set(VERBS) == {"put", "get", "head", "delete", "delete_many", "list", "close"}


@pytest.mark.parametrize("verb", VERBS)
def test_a_wrapper_passes_on_every_verb(verb: str) -> None:
    calls: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = []

    class Inner(MemoryStore):
        def __getattribute__(self, name: str) -> Any:
            if name not in VERBS:
                return super().__getattribute__(name)
            return lambda *args, **kwargs: calls.append((name, args, kwargs))

    arguments = [p.name for p in inspect.signature(getattr(Wrapper, verb)).parameters.values()][1:]
    getattr(Wrapper(Inner()), verb)(**{name: f"<{name}>" for name in arguments})
    ((called, args, kwargs),) = calls
    assert called == verb
    assert {*args, *kwargs.values()} == {f"<{name}>" for name in arguments}


@pytest.mark.parametrize("wrapper", [Wrapper, *OVERRIDES])
@pytest.mark.parametrize("verb", VERBS)
def test_a_wrapper_takes_what_the_contract_says(wrapper: type[Wrapper], verb: str) -> None:
    def shape(function: Callable[..., Any]) -> list[tuple[Any, ...]]:
        parameters = inspect.signature(function).parameters.values()
        return [(parameter.name, parameter.kind, parameter.default) for parameter in parameters]

    assert shape(getattr(wrapper, verb)) == shape(getattr(ObjectStore, verb))


@pytest.mark.parametrize("wrapper", OVERRIDES)
def test_a_wrapper_forgets_no_verb_of_its_concern(wrapper: type[Wrapper]) -> None:
    assert {verb for verb in VERBS if verb in vars(wrapper)} == OVERRIDES[wrapper]


def test_every_wrapper_is_looked_at() -> None:
    rooms = ("medialift.stores.", "medialift.testing.")
    assert {wrapper for wrapper in Wrapper.__subclasses__() if wrapper.__module__.startswith(rooms)} == {*OVERRIDES}


def test_abilities_are_withheld_unless_named() -> None:
    class Careful(Wrapper):
        lacks = AllBut(ListsFolders)

    store = MemoryStore()
    assert capability(Careful(store), ListsFolders) is store

    class Making(MemoryStore):
        def make_bucket(self) -> None: ...

    assert capability(Wrapper(Making()), MakesBucket) is not None
    assert capability(Careful(Making()), MakesBucket) is None
