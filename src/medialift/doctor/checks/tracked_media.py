"""Whether uploads are in the repository: everybody who clones it has them, and every checkout overwrites them."""

from __future__ import annotations

from collections.abc import Iterator

from medialift.doctor.check import SiteCheck
from medialift.doctor.finding import Finding, Rule
from medialift.doctor.site import SiteFacts

RULE = Rule(
    "medialift.W033",
    "Git tracks files of MEDIA_ROOT ({folder}), {example} among them.",
    "git rm -r --cached {folder} && echo '/{name}/' >> .gitignore",
)


def look(facts: SiteFacts) -> Iterator[Finding]:
    if facts.tracked_media:
        folder = facts.media_root.rstrip("/")
        yield RULE.found(folder=folder, name=folder.rpartition("/")[2], example=facts.tracked_media)


CHECK = SiteCheck(RULE, "no upload is in the repository", look)
