"""Whether ``If-None-Match: *`` creates only where there is nothing.

A service that ignores the condition answers as one that honours it, until the key is taken. And one
that looks first and writes then lets two writers in who come at the same moment. So two of them come
at once, and a third one later.

Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from medialift.errors import PreconditionError, UnsupportedError
from medialift.stores.probe.bench import Bench, Reply
from medialift.stores.probe.values import Finding, Subject, Verdict

KEY = "a/b"


def creating(bench: Bench) -> Iterator[Finding]:
    with ThreadPoolExecutor(2, thread_name_prefix="medialift-probe") as pool:
        first, second = pool.map(lambda body: bench.put(KEY, body, IfNoneMatch="*"), (b"first", b"second"))
    told = f"If-None-Match: * by two writers at once: {first} and {second}"
    created = first.ok + second.ok
    if not created:
        yield Finding(Subject.CREATE, refused(first, second), told)
        return
    third = bench.put(KEY, b"third", IfNoneMatch="*")
    yield Finding(Subject.CREATE, _judged(created, third), f"{told}; then by a third: {third}")


def refused(*replies: Reply) -> Verdict:
    """What it means that a condition was refused where it holds."""
    return Verdict.NO if all(reply.means(UnsupportedError) for reply in replies) else Verdict.UNKNOWN


def _judged(created: int, third: Reply) -> Verdict:
    if third.ok or created == 2:
        return Verdict.IGNORED
    return Verdict.YES if third.means(PreconditionError) else Verdict.UNKNOWN
