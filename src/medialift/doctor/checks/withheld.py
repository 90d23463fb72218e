"""Whether the service gives browsers every kind of file that it takes: some keep PDFs and archives back."""

from __future__ import annotations

from collections.abc import Iterator

from medialift.doctor.answers import DoesNotApplyError
from medialift.doctor.check import StoreCheck
from medialift.doctor.finding import Finding, Rule
from medialift.doctor.site import SiteFacts
from medialift.doctor.visit import BODY, Visit
from medialift.providers import Withheld, load_provider, provider_ids

RULE = Rule(
    "medialift.W063",
    "STORAGES[{alias!r}] takes {kinds} files and does not deliver them: {place} answers {status}.",
    'In the Cloudinary console open Settings → Security, and allow "PDF and ZIP files delivery". A free account '
    "may have to ask its support first.",
)


def look(facts: SiteFacts, visit: Visit) -> Iterator[Finding]:
    withheld = _withheld(visit)
    refused: dict[str, int] = {}
    for extension in sorted(withheld.extensions):
        fetched = visit.fetch(visit.url_of_trial(extension, public=facts.access(visit.alias) == "public"))
        if fetched.body != BODY:
            refused[extension] = fetched.status
    if refused:
        kinds, statuses = ", ".join(refused), sorted(set(refused.values()))
        told = ", ".join(map(str, statuses))
        yield RULE.found(alias=visit.alias, kinds=kinds, place=visit.store.identity, status=told)


def _withheld(visit: Visit) -> Withheld:
    provider = visit.store.identity.provider
    withheld = load_provider(provider).withheld if provider in provider_ids() else None
    if withheld is None:
        raise DoesNotApplyError("this service delivers whatever it takes")
    return withheld


CHECK = StoreCheck(RULE, "all kinds of files are delivered", look)
