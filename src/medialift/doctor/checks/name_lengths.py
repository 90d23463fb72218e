"""Whether columns have room for the names of files."""

from __future__ import annotations

from collections.abc import Iterator

from medialift.doctor.check import SiteCheck
from medialift.doctor.finding import Finding, Rule
from medialift.doctor.site import SiteFacts

RULE = Rule(
    "medialift.W047",
    "{field} leaves {room} characters for a file's own name: max_length is {max_length}, and upload_to takes {taken}.",
    "Set max_length={enough} and make a migration.",
)


ROOM = 40
"""Characters: a camera's name or a UUID with its ending, and the 8 that tell it from another of the same name."""


def look(facts: SiteFacts) -> Iterator[Finding]:
    for column in facts.columns:
        room = column.max_length - len(column.folder)
        if room < ROOM:
            enough = 100 if len(column.folder) + ROOM <= 100 else 255
            found = {"field": column.label, "max_length": column.max_length, "taken": len(column.folder)}
            yield RULE.found(room=max(0, room), enough=enough, **found)


CHECK = SiteCheck(RULE, "names of files fit their columns", look)
