"""The contract on every broken store: run by ``test_contract.py``, and expected to fail."""

from __future__ import annotations

import inspect
from types import ModuleType
from typing import Any

import pytest

from medialift.testing.contract import CutOffService, StoreContract, ThrottledService
from tests.testing.sabotage import creating, deleting, failing, keys, listing, reading, telling, writing

MODULES: tuple[ModuleType, ...] = (writing, creating, reading, deleting, listing, keys, telling, failing)
BROKEN: tuple[type[Any], ...] = tuple(
    thing
    for module in MODULES
    for thing in vars(module).values()
    if inspect.isclass(thing) and thing.__module__ == module.__name__ and "noticed_by" in vars(thing)
)


def contract_on(broken: type[Any]) -> type[StoreContract]:
    class Suite(StoreContract):
        fork_timeout = broken.fork_timeout

        @pytest.fixture
        def store(self) -> Any:
            return broken()

        @pytest.fixture
        def multipart_store(self) -> Any:
            return broken(part_size=40_000)

        @pytest.fixture
        def secrets(self) -> tuple[str, ...]:
            return (telling.SECRET,)

        @pytest.fixture
        def throttled_service(self, store: Any) -> ThrottledService:
            return ThrottledService(store, store.refuse, store.arrivals)

        @pytest.fixture
        def cut_off_service(self, store: Any) -> CutOffService:
            return CutOffService(store, store.cut)

        store_with_wrong_credentials = store
        store_with_wrong_region = store
        store_without_bucket = store

    return type(f"Test{broken.__name__}", (Suite,), {})


globals().update({f"Test{broken.__name__}": contract_on(broken) for broken in BROKEN})
