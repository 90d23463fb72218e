"""Small files of a disk, read and digested whole: ready for somebody else to send."""

from __future__ import annotations

from dataclasses import dataclass, replace

from medialift.move.digests import Hasher
from medialift.move.marks import MarkedHeaders
from medialift.move.prove import hasher_for
from medialift.move.reading import Source
from medialift.types import NO_HEADERS, Headers, Item, NotCopied, State, Step, Traits


@dataclass(frozen=True, slots=True)
class Parcel:
    """A small file of the source that is ready to be sent: one state of it, and the whole of it."""

    step: Step
    data: bytes
    headers: Headers
    hasher: Hasher


class Packer:
    """Packs files of *source* for a target with *traits*, with a move's *mark* beside each."""

    def __init__(self, source: Source, traits: Traits, mark: str) -> None:
        self.source, self.traits, self.mark = source, traits, mark
        self._marked = MarkedHeaders(traits, mark)

    def packed(self, step: Step, largest: int) -> Parcel | NotCopied | None:
        """The file of *step*; ``None`` if it has to be opened, because it has more than *largest* bytes, say."""
        whole = self.source.read_whole(step.item.name, largest)
        if whole is None:
            return None
        if whole.is_being_written:
            return left_to_writer(step.item)
        hasher = hasher_for(self.traits, len(whole.data))
        hasher.update(whole.data)
        step = as_found(step, len(whole.data), whole.fingerprint)
        return Parcel(step, whole.data, self._marked.of(step.item.name, whole.data, NO_HEADERS), hasher)


def as_found(step: Step, size: int, fingerprint: str) -> Step:
    """*step* for the file as it is now."""
    if (step.item.size, step.item.fingerprint) == (size, fingerprint):
        return step
    return replace(step, item=replace(step.item, size=size, fingerprint=fingerprint))


def left_to_writer(item: Item) -> NotCopied:
    return NotCopied(item, State.PENDING, "somebody is writing it right now", retryable=True)
