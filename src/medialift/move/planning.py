"""The first half of every run: both listings, the rows and the ledger, made into steps and counted."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from functools import partial
from itertools import chain, islice

from medialift.errors import AccessDeniedError, InvalidKeyError, MedialiftError, NotFoundError
from medialift.keys import clean_name, key_for
from medialift.move.again import again
from medialift.move.back import is_superseded
from medialift.move.compare import Comparer, Comparison
from medialift.move.digests import Halted
from medialift.move.earlier import Earlier, doubted, recognised, vanished
from medialift.move.entry import PROVED
from medialift.move.inventory import Look, collisions, inventory
from medialift.move.journal import Tally
from medialift.move.ordered import Listed, listed
from medialift.move.plan import PAGE, EvidenceLookup, plan
from medialift.move.pool import run_each
from medialift.move.prove import is_same_object
from medialift.move.reading import Source, SourceError
from medialift.move.renaming import safely
from medialift.move.summary import Summary
from medialift.move.transfer import STORE_WIDE
from medialift.move.values import Job
from medialift.stores.base import ObjectStore, ReadsPaths, capability
from medialift.stores.finding import Finds
from medialift.stores.probe.values import is_a_trial
from medialift.types import Action, Evidence, Found, KeyRules, ObjectInfo, Step, Traits, Unlisted

Watch = Callable[[Iterable[Found]], Iterator[Found]]

LOOKS = 200
"""Files that are looked for once more in one run: a second mover sends so many in the time of a listing."""


def planned(
    job: Job, summary: Summary, known: EvidenceLookup, *, compare: bool, watch: Watch = iter
) -> Generator[Step, None, None]:
    """Every step of *job*, counted in *summary*; ends early once ``job.stop`` is set.

    They are sorted by name; what is deleted comes last.
    """
    summary.rename = safely(job.rename) if job.rename is not None else None
    here = _counted_source(source_files(job.source, summary.foreign.add), summary)
    earlier = Earlier.of(job.journal)
    found = earlier.noting_lost(inventory(here, job.references(), lookup=lookup_in(job.source)), job)
    told = collisions(_wanted(found, job, summary), summary.collisions.add)
    there = _counted_target(listed(job.target), summary, job.source.traits.key_rules)
    steps = plan(
        watch(told),
        there,
        evidence_for=known,
        rules=job.target.traits.key_rules,
        compare=_compare(job) if compare else None,
        rename=job.rename,
        clash=summary.clash,
    )
    steps = earlier.accepted(vanished(chain(steps, earlier.deleted()), job.journal))
    if compare:
        steps = recognised(steps, job.target, job.journal)
    else:
        steps = doubted(_looked_again(steps, job.target), job.journal)
    traits = job.target.traits
    while page := list(islice(steps, PAGE)):
        if job.stop.is_set():
            summary.stopped = True
            return
        summary.add_all(page)
        summary.parts += _parts(page, traits)
        yield from page
    _judge_way_back(job.source, summary)


def _looked_again(steps: Iterator[Step], target: ObjectStore) -> Iterator[Step]:
    """The same steps; what the ledger has and the listing had not may have come since, from a second mover."""
    looks = LOOKS
    for step in steps:
        evidence = step.evidence
        if step.action is Action.COPY and evidence is not None and evidence.state in PROVED and looks:
            looks -= 1
            yield _found_since(step, evidence, target) or step
        else:
            yield step


def _found_since(step: Step, evidence: Evidence, target: ObjectStore) -> Step | None:
    item = step.item
    if (evidence.size, evidence.fingerprint) != (item.size, item.fingerprint):
        return None
    try:
        there = target.head(item.key)
    except MedialiftError:
        return None  # gone, or nobody can tell: then the copy stage finds out
    return replace(step, action=Action.DONE, reason="", target=there) if is_same_object(evidence, there) else None


def source_files(source: ObjectStore, foreign: Callable[[str], None] = lambda key: None) -> Iterator[Listed]:
    """What a move takes from *source*: all but what a way back has set aside, and what a killed probe left."""
    return (
        pair
        for pair in listed(source, foreign)
        if not (pair[0].startswith(".") and (is_superseded(pair[0]) or is_a_trial(pair[0])))
    )


def lookup_in(source: ObjectStore) -> Look:
    """A second look for files that rows name and the listing lacks."""
    finds = capability(source, Finds)
    if finds is None:
        return partial(_under_its_real_name, source)

    def lookup(name: str) -> ObjectInfo | Unlisted | None:
        with suppress(NotFoundError, InvalidKeyError, AccessDeniedError):
            return source.head(key_for(name, source.traits.key_rules))
        return finds.find(name)

    return lookup


def _under_its_real_name(source: ObjectStore, name: str) -> Unlisted | None:
    """What a service lists is all there is: only of a name that is no place in it some storages make one that is."""
    try:
        clean_name(name)
    except InvalidKeyError:
        place = posixpath.normpath(f"/{name}").lstrip("/")
        with suppress(NotFoundError, InvalidKeyError):
            source.head(key_for(place, source.traits.key_rules))
            return Unlisted(name, f"the row holds a path, not a name: it should read {place}", name=place)
    return None


def _wanted(found: Iterable[Found], job: Job, summary: Summary) -> Iterator[Found]:
    for item in found if job.takes is None else filter(None, map(job.takes, found)):
        if item.rows or job.unreferenced:
            yield item
        elif item.info is not None:
            summary.left_out += Tally(1, item.info.size)


def _counted_source(files: Iterable[Listed], summary: Summary) -> Iterator[Listed]:
    for pair in files:
        summary.source_objects += 1
        yield pair


def _counted_target(objects: Iterable[Listed], summary: Summary, source_rules: KeyRules) -> Iterator[Listed]:
    for pair in objects:
        summary.target_objects += 1
        try:
            key_for(pair[0], source_rules)
        except InvalidKeyError as error:
            summary.way_back.close(error.reason, pair[0])
        yield pair


def _judge_way_back(source: ObjectStore, summary: Summary) -> None:
    """A disk that ignores case or Unicode form cannot take back what collides there."""
    if capability(source, ReadsPaths) is None:
        return
    find = lookup_in(source)
    for group in summary.collisions.first:
        files = [info for name in group if isinstance(info := find(name), ObjectInfo)]
        if len({info.fingerprint for info in files}) < len(files):
            summary.way_back.close("the source takes different names for the same file", " = ".join(group))


def _parts(steps: Iterable[Step], traits: Traits) -> int:
    """Requests for bodies in parts beyond the one of a small body: each part, the beginning and the end."""
    sizes = (step.item.size for step in steps if step.action is Action.COPY or step.action is Action.REPLACE)
    return sum(extra_requests(size, traits) for size in sizes if size > traits.multipart_threshold)


def extra_requests(size: int, traits: Traits) -> int:
    """What a body of *size* bytes takes beyond one request where it goes up in parts."""
    return -(-size // traits.part_size) + 1 if 0 < traits.multipart_threshold < size else 0


def _compare(job: Job) -> Callable[[Iterable[tuple[Found, ObjectInfo]]], Iterator[tuple[str, Comparison]]]:
    comparer = Comparer(Source.of(job.source), job.target, job.stop)

    def work(pair: tuple[Found, ObjectInfo]) -> tuple[str, Comparison] | None:
        found, there = pair
        try:
            compared = again(lambda: comparer.compare(found.name, there), attempts=job.limits.attempts, halt=job.stop)
        except STORE_WIDE:
            raise
        except (SourceError, MedialiftError, Halted):
            # What cannot be compared now is left as it is: the copy stage will say what is wrong with it.
            return None
        return found.name, compared

    def compare(pairs: Iterable[tuple[Found, ObjectInfo]]) -> Iterator[tuple[str, Comparison]]:
        results = run_each(work, pairs, workers=min(job.limits.workers, 16), stop=job.stop)
        return (result for result in results if result is not None)

    return compare
