"""Everything that a site needs, in the order in which a person reads it."""

from __future__ import annotations

from medialift.generate.setup import files
from medialift.generate.setup.requirements import requirements
from medialift.generate.setup.settings import settings
from medialift.generate.setup.team_page import team_page
from medialift.generate.setup.values import Choices, Proposals, Site


def proposals(choices: Choices, site: Site) -> Proposals:
    """What is not yet as it should be; nothing on a second run."""
    found = (
        requirements(site),
        settings(choices, site),
        files.environment(choices, site),
        files.gitignore(site),
        files.policies(choices, site),
        team_page(choices, site),
    )
    edits = tuple(edit for proposal in found for edit in proposal.edits if edit.before != edit.after)
    return Proposals(edits, tuple(manual for proposal in found for manual in proposal.manual))
