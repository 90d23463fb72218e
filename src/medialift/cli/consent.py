"""What a person is asked about before a move: only what would be written without having been asked for."""

from __future__ import annotations

from medialift.move.journal import Tally
from medialift.move.summary import Summary
from medialift.report import units
from medialift.report.text.parts import tally
from medialift.types import Action


def surprises(summary: Summary) -> list[str]:
    """One line for each thing in the plan that the arguments do not say."""
    lines = []
    replaced = summary.actions.get(Action.REPLACE, Tally())
    if replaced.files:
        lines.append(f"{tally(replaced)} at the target will be replaced by what the source holds now.")
    if summary.escaped.count:
        lines.append(f"{units.plural(summary.escaped.count, 'file')} will have another key than name at the target.")
    if summary.renamed.count:
        files = units.plural(summary.renamed.count, "file")
        lines.append(f"{files} will get a new name, and the rows that name them: switch the settings right after.")
    for reason, names in summary.refused.items():
        lines.append(f"{units.plural(names.count, 'file')} will be refused: {reason}.")
    if summary.unreferenced.files:
        lines.append(f"No row names {tally(summary.unreferenced)}: copied too (leave out: --no-unreferenced).")
    return lines
