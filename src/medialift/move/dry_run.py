"""What a move would do, or its way back: read from both places and the ledger, and written nowhere."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import ExitStack, closing
from dataclasses import replace

from medialift.move.back import Mirror, deleted_since
from medialift.move.check import check_pair
from medialift.move.journal import Journal
from medialift.move.lanes import lanes
from medialift.move.limits import judge_of
from medialift.move.ordered import listed
from medialift.move.planning import planned
from medialift.move.renamed import under_old_names
from medialift.move.sorted_records import evidence_by_name
from medialift.move.summary import Names, Summary
from medialift.move.values import Job
from medialift.types import Step

Each = Callable[[Step], None]


def plan(job: Job, *, each: Each | None = None) -> Summary:
    """The dry run: what a move would do, step by step to *each*. Nothing is written, not even to the ledger.

    Files of the same size on both sides are compared byte for byte, by digests where that is enough.
    What the target would refuse is counted, where it can say so.
    """
    check_pair(job.source, job.target)
    summary = Summary()
    with lanes(job) as fast, closing(planned(fast, summary, job.journal.evidence_for, compare=True)) as steps:
        _look_at(steps, job, summary, each)
    return summary


def plan_back(job: Job, forward: Journal, *, each: Each | None = None) -> tuple[Summary, Names]:
    """The dry run of :func:`~medialift.move.run.back`, and the names that were deleted since the move."""
    check_pair(job.source, job.target)
    mirror = Mirror(forward, job.journal, job.target, job.stop)
    summary, deleted = Summary(), Names()
    with lanes(job) as fast, ExitStack() as stack:
        fast = replace(fast, source=stack.enter_context(under_old_names(fast.source, forward)))
        steps = planned(fast, summary, mirror.evidence_for, compare=True, watch=mirror.watch)
        _look_at(stack.enter_context(closing(steps)), job, summary, each)
        if not summary.stopped:
            for name in deleted_since(evidence_by_name(forward.evidence()), listed(fast.source)):
                deleted.add(name)
    return summary, deleted


def _look_at(steps: Iterable[Step], job: Job, summary: Summary, each: Each | None) -> None:
    judge = judge_of(job.source, job.target)
    for step in steps:
        judge(step, summary)
        if each is not None:
            each(step)
