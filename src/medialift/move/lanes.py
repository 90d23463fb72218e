"""The stores as a move uses them: their bulk drivers, held to the bandwidth."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace

from medialift.errors import MissingExtraError
from medialift.move.values import Job, Limits
from medialift.stores.base import HasBulkLane, ObjectStore, ReadsPaths, capability
from medialift.stores.wrappers.limit import Bandwidth, LimitStore


@contextmanager
def lanes(job: Job) -> Iterator[Job]:
    """*job* with the bulk lanes of its stores, where they have one and its package is installed.

    Bytes are counted once, where they cross the network: at the source if the target is a disk,
    else at the target.
    """
    opened: list[ObjectStore] = []
    try:
        source, target = (_lane(store, job.limits, opened) for store in (job.source, job.target))
        if job.limits.bandwidth is not None:
            bandwidth = Bandwidth(job.limits.bandwidth)
            if capability(target, ReadsPaths) is not None:
                source = LimitStore(source, bandwidth=bandwidth)
            else:
                target = LimitStore(target, bandwidth=bandwidth)
        yield replace(job, source=source, target=target)
    finally:
        for lane in opened:
            lane.close()


def _lane(store: ObjectStore, limits: Limits, opened: list[ObjectStore]) -> ObjectStore:
    bulk = capability(store, HasBulkLane)
    if bulk is None:
        return store
    with suppress(MissingExtraError):
        lane = bulk.bulk_lane(connections=limits.workers)
        opened.append(lane)
        return lane
    return store
