"""Private files that a move would bring where everybody can read them: found before anything is written."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from medialift.bridge.access import access_of
from medialift.bridge.privacy import PRIVATE_IN_PUBLIC
from medialift.cli.ends import Ends, storage_of
from medialift.cli.work import Work
from medialift.conf.private import Private, private_files
from medialift.doctor.finding import Finding
from medialift.errors import RefusedError, StoreError
from medialift.references.fields import FileColumn
from medialift.references.routed_fields import storage_said
from medialift.stores.base import TellsPublic, capability
from medialift.types import Found

Takes = Callable[[Found], Found | None]
EVERYTHING = "all"


@dataclass(frozen=True, slots=True)
class Exposure:
    """Watches files on their way; ``seen`` are the pairs (private field or prefix, public alias) that came by."""

    of_rows: Callable[[Found], Mapping[str, str]]
    of_file: Callable[[Found], str]
    public: frozenset[str]
    private: Private
    signed: frozenset[str]
    """Fields whose present storage gives out signed addresses only."""
    allowed: frozenset[str]
    unreferenced: bool = True
    """Whether files that no row names take part."""
    seen: set[tuple[str, str]] = field(default_factory=set)

    @property
    def is_possible(self) -> bool:
        """Whether any file could be exposed: if not, nobody has to look."""
        return bool(self.public and (self.private or self.signed) and EVERYTHING not in self.allowed)

    def watching(self, takes: Takes | None) -> Takes | None:
        """*takes*, with an eye on what comes by."""
        if not self.is_possible:
            return takes

        def watch(found: Found) -> Found | None:
            self.look(found)
            return found if takes is None else takes(found)

        return watch

    def look(self, found: Found) -> None:
        """Remember what of *found* would be exposed."""
        if found.info is not None and (found.rows or self.unreferenced):
            self.seen.update(pair for pair in self._of(found) if pair[0].lower() not in self.allowed)

    def findings(self) -> tuple[Finding, ...]:
        """What has come by, as findings."""
        return tuple(
            PRIVATE_IN_PUBLIC.found(subject=subject, place=f"STORAGES[{alias!r}]" if alias else "the target")
            for subject, alias in sorted(self.seen)
        )

    def refuse(self) -> None:
        """Raise ``RefusedError`` if anything has come by that was not allowed."""
        if found := self.findings():
            reasons = "; ".join(f"{finding.id}: {finding.message}" for finding in found)
            raise RefusedError(reasons.rstrip("."), hint=" ".join(dict.fromkeys(finding.hint for finding in found)))

    def _of(self, found: Found) -> Iterator[tuple[str, str]]:
        """A file that a private field names is private, whatever other field brings it where it goes."""
        aliases = set(self.of_rows(found).values() or [self.of_file(found)])
        prefix = self.private.prefix(found.name)
        subjects = [label for label in found.rows if label in self.signed or self.private.field(label)]
        for alias in aliases & self.public:
            yield from ((subject, alias) for subject in (*subjects, *([prefix] if prefix else ())))


def exposure_of(
    of_rows: Callable[[Found], Mapping[str, str]],
    of_file: Callable[[Found], str],
    targets: Mapping[str, Ends],
    work: Work,
    options: argparse.Namespace,
) -> Exposure:
    """What to watch for. Asks a bucket whether it is public only if something is private."""
    private = private_files()
    columns = work.scan.columns.columns
    signed = frozenset(column.label for column in columns if _is_signed(column))
    concerned = bool(private or signed)
    public = frozenset(alias for alias, ends in targets.items() if concerned and _is_public(alias, ends))
    allowed = frozenset(map(str.lower, options.allow_public))
    return Exposure(of_rows, of_file, public, private, signed, allowed, work.unreferenced)


def _is_signed(column: FileColumn) -> bool:
    return access_of(storage_said(column.field)) == "private"


def _is_public(alias: str, ends: Ends) -> bool:
    if alias and access_of(storage_of(alias)) == "public":
        return True
    tells = capability(ends.target, TellsPublic)
    try:
        return tells is not None and tells.is_public()
    except StoreError:
        return False  # whoever cannot be asked cannot be written to: the move itself says why
