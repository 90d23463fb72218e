"""Whether a private bucket is protected against being made public by mistake."""

from __future__ import annotations

from collections.abc import Iterator

from medialift.doctor.access_switches import SWITCHES, command, harmful_at
from medialift.doctor.answers import DoesNotApplyError
from medialift.doctor.check import StoreCheck
from medialift.doctor.finding import Finding, Rule
from medialift.doctor.settings_answers import told
from medialift.doctor.site import SiteFacts
from medialift.doctor.visit import Visit

RULE = Rule(
    "medialift.W022",
    "Nothing keeps the private bucket {bucket} from being made public by a policy or an ACL.",
    "{command}",
)


def look(facts: SiteFacts, visit: Visit) -> Iterator[Finding]:
    if facts.access(visit.alias) != "private":
        raise DoesNotApplyError("the settings do not say that these files are private")
    block = told(visit.settings().public_access_block)
    store = visit.store.identity
    if block is None or not block.closed >= set(SWITCHES) - harmful_at(store):
        yield RULE.found(bucket=store.container, command=command(store, visit.aws))


CHECK = StoreCheck(RULE, "public access is blocked", look)
