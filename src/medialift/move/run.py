"""The move itself: the stages meet here, and only here is the ledger written.

Every function may be called again after it was stopped or killed: it does what is left. All of
them raise :class:`~medialift.errors.RefusedError` before anything is written if the pair of stores
makes no sense, and a :class:`~medialift.errors.StoreError` if a store cannot work at all (wrong
credentials, no bucket, no space); what was finished until then is in the ledger.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence, Set
from contextlib import ExitStack, closing
from dataclasses import replace
from datetime import datetime, timezone
from itertools import islice
from pathlib import Path

from medialift.errors import RefusedError
from medialift.move import back as back_stage
from medialift.move import certificate as certificate_stage
from medialift.move import certificates as certificates_stage
from medialift.move import copy as copy_stage
from medialift.move import verify as verify_stage
from medialift.move.backing_up import backup, check_backup
from medialift.move.certificate import SETTLED, Certificate, Subject
from medialift.move.check import check_pair, check_readable
from medialift.move.dry_run import plan, plan_back
from medialift.move.entry import PROVED
from medialift.move.journal import Journal, Tally
from medialift.move.lanes import lanes
from medialift.move.ordered import listed
from medialift.move.pause import Gate, Pause
from medialift.move.planning import planned
from medialift.move.ranges import beside
from medialift.move.record import Meter, recording
from medialift.move.renamed import under_old_names
from medialift.move.results import Checks, Outcomes
from medialift.move.settling import sending, settle
from medialift.move.sorted_records import as_named_there, evidence_by_name, recorded_by_name
from medialift.move.summary import Names, Summary
from medialift.move.values import CopyResult, Job, MoveResult, Stage, VerifyResult
from medialift.stores.base import ObjectStore, Tidies, capability
from medialift.types import Action, State, Step

__all__ = [
    "back",
    "backup",
    "certificate",
    "check_backup",
    "check_pair",
    "copy",
    "copy_planned",
    "migrate",
    "plan",
    "plan_back",
    "verify",
]


UNKNOWN = Tally()


def copy(job: Job) -> CopyResult:
    """Plan into the ledger and copy what is to be copied; referenced files first."""
    check_pair(job.source, job.target)
    _tidy(job.target)
    with lanes(job) as fast:
        summary = _plan_into_ledger(fast)
        return replace(_copy(fast, summary.to_do, job.journal.todo), taken=summary.taken)


def verify(*jobs: Job, deep: bool = False, sample: int | None = None) -> VerifyResult:
    """Check everything in the ledger against a fresh listing of the target: one job for each pair of the move.

    *deep* fetches and hashes every object again, *sample* a random choice of that many from all
    pairs. What failed before is judged again. The sources are not asked: they may be gone.
    """
    for job in jobs:
        check_readable(job.target, "target")
    return _check(jobs, deep=deep, sample=sample)


def copy_planned(job: Job, to_do: Tally = UNKNOWN) -> CopyResult:
    """Copy what the ledger has as planned and not done, and plan nothing; *to_do* is its amount, if it is known.

    What one of many workers does with its part of a move, and what is done with the parts that no worker did.
    """
    with lanes(job) as fast:
        return _copy(fast, to_do, job.journal.todo)


Copying = Callable[[Job, Tally], CopyResult]
"""Who copies what is planned, and how: :func:`copy_planned`, or a crew of workers elsewhere."""


def migrate(job: Job, *, backup_to: Path | None = None, copying: Copying = copy_planned) -> MoveResult:
    """Back up if asked to, plan, copy, verify: the whole move, or what is left of it."""
    check_pair(job.source, job.target)
    if backup_to is not None:
        backup(job, backup_to)
    _tidy(job.target)
    with lanes(job) as fast:
        summary = _plan_into_ledger(fast)
    return _finished(job, replace(copying(job, summary.to_do), taken=summary.taken), summary.seen)


def back(job: Job, forward: Journal, *, move_id: str) -> MoveResult:
    """Bring back what the target of an earlier move has and its source lacks or has an older proven copy of.

    ``job.source`` is the place the files are at now, ``job.target`` the place they came from,
    ``job.journal`` this way's own ledger, and *forward* the ledger of the move that is undone.
    Nothing is deleted: a superseded file is kept below ``.medialift-superseded/<move_id>/``.
    """
    check_pair(job.source, job.target)
    _tidy(job.target)
    mirror = back_stage.Mirror(forward, job.journal, job.target, job.stop)
    deleted = Names()
    with lanes(job) as fast, ExitStack() as stack:
        fast = replace(fast, target=back_stage.Superseding(fast.target, move_id))
        fast = replace(fast, source=stack.enter_context(under_old_names(fast.source, forward)))
        summary = _plan_into_ledger(fast, mirror)
        copied = _copy(fast, summary.to_do, lambda: mirror.attach(job.journal.todo()))
        for name in back_stage.deleted_since(evidence_by_name(forward.evidence()), listed(fast.source)):
            deleted.add(name)
    return replace(_finished(job, copied), deleted=deleted)


def certificate(*jobs: Job, folder: Path, move_id: str) -> Certificate:
    """Write ``SHA256SUMS`` and ``certificate.json`` of what the ledger proves into *folder*.

    A move of several pairs has a folder below it for each, because each is downloaded on its own.
    """
    now = datetime.now(timezone.utc)
    subjects = [Subject(move_id, job.source.identity, job.target.identity, now) for job in jobs]
    named = [as_named_there(job.journal.recorded(), job.target.traits.key_rules) for job in jobs]
    pairs = [(subject, recorded_by_name(found)) for subject, found in zip(subjects, named, strict=True)]
    if len(pairs) == 1:
        ((subject, records),) = pairs
        return certificate_stage.certificate(records, folder, subject)
    return certificates_stage.certificates(pairs, folder, move_id=move_id, now=now)


# ── the stages, and the ledger between them ──────────────────────────────────────────────────


def _tidy(target: ObjectStore) -> None:
    """Remove from *target* what a killed run left there unfinished."""
    tidies = capability(target, Tidies)
    if tidies is not None:
        tidies.remove_unfinished()


def _check(jobs: Sequence[Job], *, deep: bool = False, sample: int | None = None) -> VerifyResult:
    drawn: frozenset[tuple[int, str]] = frozenset()
    if sample is not None:
        pages = ((number, page) for number, job in enumerate(jobs) for page in job.journal.copies())
        every = ((number, copy.name) for number, page in pages for copy in page)
        drawn = verify_stage.sampled(every, sample, random.SystemRandom())
    total = sum((_to_verify(job.journal) for job in jobs), Tally())
    waited = 0.0
    meter, checks = Meter(Stage.VERIFY, jobs[0].tell, total), Checks(is_sample=sample is not None)
    for number, job in enumerate(jobs):
        waited += settle(job)
        with lanes(job) as fast:
            _verify(fast, meter, checks, {name for pair, name in drawn if pair == number}, deep=deep)
    checked = checks.result(stopped=any(job.stop.is_set() for job in jobs), elapsed=meter.elapsed)
    return replace(checked, waited=waited)


def _both(first: Callable[[], None], second: Callable[[], None]) -> Callable[[], None]:
    def both() -> None:
        first()
        second()

    return both


def _verified_by_plan(journal: Journal, seen: Tally) -> VerifyResult | None:
    """What a verification would say, if the plan has just seen all of it: then nothing is listed twice.

    A plan holds each file's object against the ledger as a verification does. It sees all if nothing was
    copied since the last one, nothing is in doubt, and no file of the ledger is gone from the source.
    """
    states = journal.tallies()
    judged = sum((states.get(state, UNKNOWN) for state in (*PROVED, State.FAILED)), UNKNOWN)
    if not seen.files or seen.files != states.get(State.VERIFIED, UNKNOWN).files or seen.files != judged.files:
        return None
    return VerifyResult(seen, 0, (), 0, None, stopped=False, elapsed=0.0)


def _to_verify(journal: Journal) -> Tally:
    states = journal.tallies()
    return sum((states.get(state, Tally()) for state in PROVED), Tally())


def _plan_into_ledger(job: Job, mirror: back_stage.Mirror | None = None) -> Summary:
    summary, meter = Summary(), Meter(Stage.PLAN, job.tell)
    known = mirror.evidence_for if mirror is not None else job.journal.evidence_for
    watch = mirror.watch if mirror is not None else iter
    with closing(planned(job, summary, known, compare=False, watch=watch)) as steps:
        while page := list(islice(steps, job.limits.batch)):
            # On the way back, what is done already was done by the earlier move: its ledger has it.
            job.journal.plan(page if mirror is None else [step for step in page if step.action is not Action.DONE])
            for step in page:
                meter.count(step.item.size)
    meter.now()
    if summary.clashes.count:
        raise RefusedError(
            f"several files would get one name: {', '.join(summary.clashes.first[:3])}",
            hint="Choose a rule that keeps them apart; nothing was copied.",
        )
    return summary


def _copy(job: Job, to_do: Tally, todo: Callable[[], Iterable[Step]]) -> CopyResult:
    meter = Meter(Stage.COPY, job.tell, to_do)
    gate = Gate()
    pause = Pause(gate, job.limits.pause_file, job.journal.is_paused)
    outcomes = Outcomes()
    with sending(job) as unanswered, recording(job.journal, job.limits, meter) as recorder:
        for referenced in (True, False):
            pause.look_now()
            steps = (step for step in todo() if step.item.referenced is referenced)
            tick = _both(recorder.tick, pause.look)
            watch = copy_stage.Watch(tick=tick, sent=meter.sent, unanswered=unanswered, gate=gate)
            done = copy_stage.copy(
                steps,
                job.source,
                job.target,
                limits=job.limits,
                stop=job.stop,
                watch=watch,
                mark=job.journal.mark,
                expected=to_do.files - outcomes.files,
            )
            with closing(done):
                for outcome in done:
                    recorder.add(outcome, outcomes.add(outcome))
    return outcomes.result(stopped=job.stop.is_set(), elapsed=meter.elapsed)


def _verify(job: Job, meter: Meter, checks: Checks, drawn: Set[str], *, deep: bool) -> None:
    with (
        recording(job.journal, job.limits, meter) as recorder,
        beside(job.journal.copies(), job.target) as (copies, listing),
    ):
        answers = verify_stage.verify(
            copies,
            listing,
            job.target,
            evidence_for=job.journal.evidence_for,
            rereads=(lambda name: deep or name in drawn) if deep or drawn else None,
            limits=job.limits,
            stop=job.stop,
            tick=recorder.tick,
        )
        with closing(answers):
            for answer in answers:
                if isinstance(answer, verify_stage.Seen):
                    checks.add_seen(recorder.confirm(answer.copies))
                else:
                    checks.add(answer.outcome, answer.size, drawn=answer.outcome.name in drawn)
                    recorder.add(answer.outcome, answer.size)


def _finished(job: Job, copied: CopyResult, seen: Tally = UNKNOWN) -> MoveResult:
    """The end of a move: its verification. *seen* is what the plan's listing of the target has shown to be well."""
    checked = None if copied.stopped else _verified_by_plan(job.journal, seen) or _check([job])
    stopped = checked is None or checked.stopped
    states = job.journal.tallies()
    open_states = [state for state, tally in states.items() if state not in SETTLED and tally.files]
    return MoveResult(copied, checked, states, complete=not stopped and not open_states, stopped=stopped)
