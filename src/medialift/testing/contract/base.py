"""What the parts of the contract share: the fixtures that a subclass overrides, and its known gaps."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, ClassVar

import pytest

from medialift.stores.base import ObjectStore


class ContractBase:
    """Base of the contract's parts.

    ``known_gaps`` names the tests that a server is known to fail, each with the reason. They become
    strict expected failures: a gap that has closed fails the run. A key is a test's name, or one
    case of it with pytest's brackets: ``"test_an_awkward_key[emoji]"``.
    """

    known_gaps: ClassVar[Mapping[str, str]] = MappingProxyType({})

    page: ClassVar[int] = 1_000
    """The most objects that the service lists in one request. One that gives fewer needs fewer for a long listing."""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        unknown = [gap for gap in cls.known_gaps if not hasattr(cls, gap.partition("[")[0])]
        if unknown:
            raise TypeError(f"known_gaps of {cls.__name__} names tests that do not exist: {', '.join(unknown)}")

    @pytest.fixture(autouse=True)
    def _expect_known_gap(self, request: pytest.FixtureRequest) -> None:
        case = request.node.name
        reason = self.known_gaps.get(case) or self.known_gaps.get(case.partition("[")[0])
        if reason:
            request.applymarker(pytest.mark.xfail(reason=reason, strict=True))

    @pytest.fixture
    def store(self) -> ObjectStore:
        """An empty store, new for each test."""
        raise NotImplementedError(f"{type(self).__name__} must override the fixture `store`")

    @pytest.fixture
    def multipart_store(self, store: ObjectStore) -> ObjectStore:
        """The same with the smallest parts that the service allows, to keep the tests quick."""
        if not store.traits.multipart_threshold:
            pytest.skip("this store never sends a body in parts")
        return store

    @pytest.fixture
    def secrets(self) -> tuple[str, ...]:
        """The secrets that the store was opened with; they must appear nowhere."""
        return ()
