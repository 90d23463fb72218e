"""The end of a move as a person reads it: what happened, what is proved, what to do next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from medialift.move.journal import Tally
from medialift.move.results import References
from medialift.move.values import CopyResult, VerifyResult
from medialift.report import units
from medialift.report.table import printable
from medialift.report.text.parts import elsewhere, ends, examples, facts, notes, tally, wrap
from medialift.report.values import MoveReport, Problems, RowsUndone, VerifyReport
from medialift.types import Proof, State

EXPLAINED = {
    State.PENDING: ("Waiting", "still to be copied"),
    State.COPIED: ("Copied", "copied, not verified yet"),
    State.VERIFIED: ("Verified", "listed again, unchanged since they were proved"),
    State.CONFLICT: ("Conflicts", "other bytes at the target, left alone"),
    State.MISSING_AT_BASELINE: ("Missing", "named by rows, not found in the source"),
    State.VANISHED: ("Vanished", "there when they were planned, gone when they were wanted; the next run looks again"),
    State.ACCEPTED: ("Accepted", "left as they are on both sides, because somebody said so"),
    State.DELETED: ("Deleted", "neither a row nor the source has them any more: nothing is left to move"),
    State.OUT_OF_REACH: ("Out of reach", "the site can read them, a move cannot: copy them inside, or mend the rows"),
    State.UNREADABLE: ("Unreadable", "the source refuses to give them"),
    State.NAME_INVALID_AT_TARGET: ("Invalid", "the target has no key for these names"),
    State.SKIPPED: ("Left behind", "their routes lead elsewhere now; whoever may read that place can read them there"),
    State.FAILED: ("Failed", "not proved; the next run looks again"),
}
ADVICE = {
    State.CONFLICT: "Which file of a conflict is right, only you know: `resolve` shows both. With --leave it keeps "
    "the target's, with --replace it takes the source's and sets the other one aside.",
    State.OUT_OF_REACH: "What is out of reach has to be copied inside the folder, or its row has to name what lies "
    "there. Whoever can do without it says so with `resolve` and --leave.",
}
"""What ends a trouble that running the same command again does not."""
PROVED = {
    Proof.READ_BACK: "read back",
    Proof.SERVER_CHECKED: "checked by the server",
    Proof.ETAG_MD5: "by ETag",
}

SWITCH = (
    "Nothing was deleted. Run the move once more right before the switch: it copies what changed since. "
    "Then add this to the settings, and restart the site:"
)
SWITCHED = "Nothing was deleted. The site reads and writes at the target already: what had come in before has followed."
PARTIAL = (
    "Nothing was deleted. What other models and no rows name was not looked at: move it too, before the site's storage "
    "is switched."
)
HOME = "Nothing was deleted. Let the settings name the old place again, and restart the site."
CLOSING = {"back": HOME, "migrate": SWITCHED}
"""What is said where there are no settings to paste."""


def moved(report: MoveReport, width: int) -> list[str]:
    """The lines of a closing report, each at most *width* columns (settings and commands excepted)."""
    rows = [*_this_run(report), *standing(report.result.states), *_proofs(report.proofs)]
    rows += [*_waited(report.result.verify), *_deleted(report), *elsewhere(report.rows, "move")]
    lines = [*wrap(_headline(report), width), "", *ends(report.pairs, width), "", *facts(rows, width)]
    lines += [*notes(report.notes, width), *_problems(report.problems, width)]
    for state, advice in ADVICE.items():
        if report.result.states.get(state, Tally()).files:
            lines += ["", *wrap(advice, width)]
    if report.switch:
        lines += ["", *wrap(SWITCH, width), "", *(f"    {line}" for line in report.switch.splitlines())]
    elif report.models and report.result.complete:
        lines += ["", *wrap(PARTIAL, width)]
    elif report.result.complete and report.verb in CLOSING:
        lines += ["", *wrap(CLOSING[report.verb], width)]
    return [*lines, *_commands(report)]


def _headline(report: MoveReport) -> str:
    number = report.move
    if report.result.stopped:
        return f"Stopped cleanly. Move {number} goes on where it stands when you run it again."
    if report.result.complete and report.verb == "back":
        return f"Done: way back {number} is complete, every file is home and proved."
    if report.result.complete and report.models:
        return f"Done: every file of {' and '.join(report.models)} is at the target and proved, by move {number}."
    if report.result.complete:
        return f"Done: move {number} is complete, every file is at the target and proved."
    if report.verb == "copy" and not report.problems.count:
        return f"Copied: every file of move {number} is at the target, and not verified yet."
    return f"Not complete: move {number} has {units.plural(report.problems.count, 'file')} to look at."


def _this_run(report: MoveReport) -> Iterator[tuple[str, str]]:
    if not report.models:
        yield from _copied(report.result.copy, "This run")
        return
    yield "This run", f"only files of {' and '.join(report.models)}: {tally(report.result.copy.taken)}"
    yield from _copied(report.result.copy, "")
    yield "All runs", "what this one and others did:"


def _copied(copied: CopyResult, label: str) -> Iterator[tuple[str, str]]:
    if copied.copied.files:
        speed = units.rate(copied.copied.bytes / copied.elapsed) if copied.elapsed else "no time"
        yield label, f"{tally(copied.copied)} sent in {units.duration(copied.elapsed)} ({speed})"
    else:
        yield label, "nothing had to be sent"
    if copied.adopted.files:
        yield "", f"{tally(copied.adopted)} were there before with equal bytes"


def standing(states: Mapping[State, Tally]) -> Iterator[tuple[str, str]]:
    """One row for each state that holds anything."""
    for state, (label, meaning) in EXPLAINED.items():
        amount = states.get(state, Tally())
        if amount.files:
            yield label, f"{tally(amount)}: {meaning}"


def _proofs(proofs: Mapping[Proof, int]) -> Iterator[tuple[str, str]]:
    said = [f"{units.count(proofs[proof])} {words}" for proof, words in PROVED.items() if proofs.get(proof)]
    if said:
        yield "Proof", ", ".join(said) + "; every SHA-256 is in the ledger"


def _waited(verified: VerifyResult | None) -> Iterator[tuple[str, str]]:
    if verified is not None and verified.waited:
        told = "for uploads without an answer, which might have landed late"
        yield "Waited", f"{units.duration(verified.waited)} {told}"


def _deleted(report: MoveReport) -> Iterator[tuple[str, str]]:
    deleted = report.result.deleted
    if deleted.count:
        files = units.plural(deleted.count, "file")
        yield "Deleted", f"{files} since the move; left alone at home: {printable(deleted.first[0])}"


def _commands(report: MoveReport) -> Iterator[str]:
    said = (("Next", report.next), ("Back", report.way_back))
    lines = [f"{label}:  {command}" for label, command in said if command]
    yield from ["", *lines] if lines else []


def _problems(problems: Problems, width: int) -> list[str]:
    if not problems.count:
        return []
    lines = ["", *examples([(problem.name, problem.reason) for problem in problems.first], width)]
    left = problems.count - len(problems.first)
    return [*lines, f"  and {units.count(left)} more: {problems.see_all}"] if left else lines


def verified(report: VerifyReport, width: int) -> list[str]:
    """The lines of a verification."""
    result = report.result
    rows = [("Verified", tally(result.verified)), *_read(report, result)]
    if result.not_verified:
        rows.append(("Bad", f"{units.plural(result.not_verified, 'file')}: gone from the target, or other bytes"))
    lines = [*wrap(_verdict(report), width), "", *ends(report.pairs, width), "", *facts(rows, width)]
    if result.failures:
        lines += ["", *examples([(failure.name, failure.reason) for failure in result.failures], width)]
    return [*lines, "", f"Next:  {report.next}"]


def _verdict(report: VerifyReport) -> str:
    result, checked = report.result, units.plural(report.result.verified.files, "file")
    if result.stopped:
        return f"Stopped after {checked} of move {report.move}."
    if result.not_verified:
        return f"Not verified: {units.plural(result.not_verified, 'file')} of move {report.move}."
    if report.unproved:
        left = units.plural(report.unproved, "file")
        return f"Verified: {checked} of move {report.move}. {left} more cannot be: see the problems."
    return f"Verified: all {checked} of move {report.move} are at the target."


def _read(report: VerifyReport, result: VerifyResult) -> Iterator[tuple[str, str]]:
    yield "How", "the target was listed again, size and ETag held against the ledger"
    yield from _waited(result)
    if report.deep or report.sample is not None:
        yield "Re-read", f"{units.plural(result.reread, 'object')}, every byte fetched and hashed"
    if result.bound is not None:
        yield "Bound", f"at most {result.bound:.2%} of the objects are bad, at 95 % confidence"


def references(report: References, width: int) -> list[str]:
    """How many rows had to change, and why."""
    rows = units.plural(report.rows, "row")
    if report.changed:
        said = (
            f"{units.count(report.changed)} of {rows} had to change: --rewrite gives their files new names. "
            "Switch the settings now: these rows name files that only the target has."
        )
    else:
        said = f"none of {rows} had to change: every file keeps its name."
    if report.overtaken:
        said += f" {units.plural(report.overtaken, 'row')} named another file by then, and stayed as they were."
    if report.escaped:
        said += (
            f" Kept under an escaped key, because the service does not take it: {units.plural(report.escaped, 'name')}."
        )
    return ["", *wrap(f"References: {said}", width)]


def rows_undone(report: RowsUndone, width: int) -> list[str]:
    """What the way back did to the rows."""
    said = f"{units.plural(report.undone, 'row')} name their files as before the move."
    if report.kept:
        said += f" {units.plural(report.kept, 'row')} had been changed since, and stayed as they were."
    return ["", *wrap(f"References: {said}", width)]
