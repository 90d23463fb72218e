"""The probe: every question in order, and the place left clean whatever happens."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timezone

from medialift.errors import StoreError
from medialift.providers import Provider
from medialift.stores.probe.bench import Bench, StoppedError
from medialift.stores.probe.cleaning import clean, cleaning
from medialift.stores.probe.questions.creating import creating
from medialift.stores.probe.questions.digests import digests
from medialift.stores.probe.questions.listing import listing
from medialift.stores.probe.questions.parts import parts
from medialift.stores.probe.questions.reading import reading
from medialift.stores.probe.questions.writing import store, writing
from medialift.stores.probe.values import DIGESTS, Finding, Probed, Subject, Verdict
from medialift.stores.spec import StoreSpec


@dataclass(frozen=True, slots=True)
class Question:
    """Some requests, and the subjects that they tell about."""

    ask: Callable[[Bench], Iterator[Finding]]
    subjects: tuple[Subject, ...]


QUESTIONS = (
    Question(writing, (Subject.ETAG, Subject.HEADERS)),
    Question(creating, (Subject.CREATE,)),
    Question(digests, DIGESTS),
    Question(parts, (Subject.UNEQUAL_PARTS, Subject.CREATE_PARTS)),
    Question(listing, (Subject.MISSING, Subject.KEYS, Subject.LONG_KEYS, Subject.ORDER, Subject.ETAG_PARTS)),
    Question(reading, (Subject.SIGNED_URL, Subject.PUBLIC)),
    Question(cleaning, (Subject.DELETE_MANY,)),
)


def probe(spec: StoreSpec, provider: Provider, stop: threading.Event | None = None) -> Probed | None:
    """Probe the place of *spec*; ``None`` if *stop* was set meanwhile.

    Everything that was written is removed, also if a question fails or the process is interrupted.
    Raises every error of a store that cannot be written to.
    """
    bench, at = Bench(spec, provider, stop or threading.Event()), datetime.now(timezone.utc)
    left: tuple[str, ...] = ()
    with bench.client():
        try:
            store(bench)
            findings = [finding for question in QUESTIONS for finding in _asked(question, bench)]
        except StoppedError:
            return None
        finally:
            left = clean(bench)
    return Probed(bench.place.identity, at, tuple(findings), bench.requests, left)


def _asked(question: Question, bench: Bench) -> Iterator[Finding]:
    """The findings of one question; what it could not tell because there was no answer is unknown."""
    answered: set[Subject] = set()
    try:
        with closing(question.ask(bench)) as findings:  # type: ignore[type-var]
            for finding in findings:
                answered.add(finding.subject)
                yield finding
    except StoreError as error:
        for subject in question.subjects:
            if subject not in answered:
                yield Finding(subject, Verdict.UNKNOWN, error.reason)
