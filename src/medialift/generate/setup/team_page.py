"""``docs/media.md``: what everybody who works on the site should know about its media."""

from __future__ import annotations

from collections.abc import Iterator

from medialift.generate import rollout
from medialift.generate.rollout import Plan
from medialift.generate.setup.files import needed
from medialift.generate.setup.values import Choices, Edit, Proposals, Site
from medialift.generate.variables import URL, Variable

PATH = "docs/media.md"


def team_page(choices: Choices, site: Site) -> Proposals:
    """The page; one that a person has written is proposed to be replaced, and never replaced unasked."""
    text = "\n".join(_lines(choices, site)) + "\n"
    before = site.read(PATH)
    return Proposals() if before == text else Proposals((Edit(PATH, before, text),))


def _lines(choices: Choices, site: Site) -> Iterator[str]:
    yield from (
        "# Media",
        "",
        f"Uploads lie at {choices.provider.label}, below `{choices.prefix}/` of a bucket of each environment's own:"
        if choices.prefix
        else f"Uploads lie at {choices.provider.label}, in a bucket of each environment's own:",
        "",
        "| environment | bucket |",
        "|---|---|",
    )
    for environment in choices.environments:
        yield f"| {environment.name} | `{environment.bucket}` |"
    reads = "everybody may read them by their address" if choices.access == "public" else "every address is signed"
    yield from ("", f"They are {choices.access}: {reads}. Static files have a place of their own.", "")
    yield from ("## Variables", "", "| variable | secret | where to find it |", "|---|---|---|")
    for variable in needed(choices):
        yield f"| `{variable.name}` | {'yes' if variable.secret else 'no'} | {variable.where} |"
    yield from (
        "",
        "## The switch",
        "",
        f"On {site.platform.label}. `python manage.py medialift switch` prints it",
        "anew.",
    )
    yield from ("", *(f"- {note}" for note in site.platform.notes), "")
    for number, step in enumerate(rollout.sequence(site.platform, _plan(choices, site)), start=1):
        yield f"{number}. **{step.title}.** {step.why}".rstrip()
        yield from (f"   - `{line}`" for line in step.lines)
        yield from (f"   - {note}" for note in step.notes)
    yield from (
        "",
        "## Is it well?",
        "",
        "- `python manage.py medialift smoke default`: one file through all of it, and nothing left behind.",
        "- `python manage.py medialift doctor`: settings, bucket and site, each finding with its fix.",
        "- `python manage.py medialift status`: where the move stands, and since when the site works there.",
        "",
        "## The way back",
        "",
        f"`python manage.py medialift back MOVE` brings everything home, then unset `{URL}` and restart. A file that",
        "was deleted or replaced by mistake comes back with `python manage.py medialift restore NAME`.",
    )


def _plan(choices: Choices, site: Site) -> Plan:
    url = next(variable for variable in needed(choices) if variable.name == URL)
    value = next(variable.value for variable in needed(choices) if variable.name != URL)
    shown = Variable(URL, value, url.where)
    kept = "local" if site.on_disk else "before"
    return Plan("MOVE", "default", "cloud", (shown,), "", False, kept)
