"""What every journal must do: subclass it and give it a fixture ``journal``."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace

import pytest

from medialift.errors import LedgerError
from medialift.move.journal import Copies, Copy, Journal, Recorded, Tally
from medialift.types import (
    Action,
    Copied,
    Digests,
    Evidence,
    Item,
    NotCopied,
    NotVerified,
    ObjectInfo,
    Proof,
    State,
    Step,
    Stored,
    Verified,
)


def item(name: str = "a.jpg", *, key: str | None = None, size: int = 3, mark: str = "v1", **rows: int) -> Item:
    return Item(
        name, name if key is None else key, size, mark, {field.replace("__", "."): n for field, n in rows.items()}
    )


def step(action: Action = Action.COPY, of: Item | None = None, evidence: Evidence | None = None) -> Step:
    return Step(action, of or item(), "", None, evidence)


def digests(content: bytes = b"abc") -> Digests:
    return Digests(hashlib.sha256(content).digest(), hashlib.md5(content).digest())


def copied(of: Item | None = None, content: bytes = b"abc", *, proof: Proof = Proof.ETAG_MD5) -> Copied:
    of, sums = of or item(), digests(content)
    return Copied(of, sums, Stored(of.key, of.size, sums.md5.hex()), proof)


def evidence_of(outcome: Copied, state: State = State.COPIED) -> Evidence:
    of, stored = outcome.item, outcome.stored
    return Evidence(
        of.name,
        of.key,
        of.size,
        of.fingerprint,
        outcome.digests,
        stored.etag,
        stored.version,
        stored.part_size,
        outcome.proof,
        state,
    )


def verified(outcome: Copied | None = None, proof: Proof = Proof.ETAG_MD5, *, reread: bool = False) -> Verified:
    """A verdict on the copy that *outcome* made, which is known by *proof* to be good."""
    return Verified(replace(evidence_of(outcome or copied()), proof=proof), reread=reread)


def not_verified(outcome: Copied | None = None, reason: str = "gone") -> NotVerified:
    return NotVerified(evidence_of(outcome or copied()), reason)


VERDICTS = [verified(), verified(reread=True), not_verified()]


def sent_again(of: Item | None = None) -> Copied:
    """A newer copy of the same bytes, by a second mover, to a store whose ETags change with each upload."""
    first = copied(of)
    return replace(first, stored=replace(first.stored, etag="another"))


def only(journal: Journal) -> Recorded:
    (recorded,) = journal.recorded()
    return recorded


def states(journal: Journal) -> Mapping[str, State]:
    return {recorded.item.name: recorded.state for recorded in journal.recorded()}


class JournalContract:
    # ── plan and todo ────────────────────────────────────────────────────────────────────────

    def test_a_new_journal_holds_nothing(self, journal: Journal) -> None:
        assert list(journal.todo()) == []
        assert list(journal.evidence()) == []
        assert list(journal.recorded()) == []
        assert dict(journal.tallies()) == {}
        assert dict(journal.evidence_for(["a.jpg"])) == {}

    def test_it_knows_which_runs_send(self, journal: Journal) -> None:
        assert journal.senders(dict) == {}
        assert journal.senders(lambda known: {**known, "one": None}) == {"one": None}
        assert journal.senders(lambda known: {**known, "two": 1795245683.5}) == {"one": None, "two": 1795245683.5}
        journal.record([copied()])
        assert journal.senders(lambda known: {"two": known["two"]}) == {"two": 1795245683.5}
        assert journal.senders(lambda known: {}) == journal.senders(dict) == {}

    def test_what_is_planned_is_to_be_done_in_the_order_of_the_plan(self, journal: Journal) -> None:
        steps = [step(of=item(name)) for name in ("c", "a", "b")]
        journal.plan(steps[:2])
        journal.plan(steps[2:])
        assert list(journal.todo()) == steps

    def test_an_item_comes_back_whole(self, journal: Journal) -> None:
        planned = item("ä/b", key="=C3=A4/b", size=5 * 2**40, mark="2049:17:3:99", app__Model__file=2, app__B__c=1)
        journal.plan([step(of=planned)])
        assert only(journal) == Recorded(planned, State.PENDING, None)

    @pytest.mark.parametrize(
        "name",
        [
            "e\u0301.jpg",
            "é.jpg",
            "🐈.jpg",
            "a b ",
            "A.JPG",
            "x" * 1024,
            "bad\udcff\udc80.jpg",
            "a\x00b",
            "a\nb",
            "'\"%s\\",
        ],
    )
    def test_any_name_is_kept_code_point_by_code_point(self, journal: Journal, name: str) -> None:
        journal.plan([step(of=item(name, key=f"escaped/{name}"))])
        journal.record([copied(item(name, key=f"escaped/{name}"))])
        (evidence,) = journal.evidence()
        assert (evidence.name, evidence.key) == (name, f"escaped/{name}")
        assert list(journal.evidence_for([name])) == [name]

    def test_names_that_only_look_alike_are_different_items(self, journal: Journal) -> None:
        names = ["a", "A", "a ", "á", "a\u0301", "ä"]
        journal.plan([step(of=item(name)) for name in names])
        assert [planned.item.name for planned in journal.todo()] == names

    @pytest.mark.parametrize("action", [Action.COPY, Action.REPLACE, Action.ADOPT])
    def test_the_planned_action_is_kept(self, journal: Journal, action: Action) -> None:
        journal.plan([step(action)])
        (todo,) = journal.todo()
        assert todo.action is action
        assert only(journal).state is State.PENDING

    def test_what_an_adoption_has_seen_at_the_target_is_kept(self, journal: Journal) -> None:
        seen = ObjectInfo("a.jpg", 3, etag="0a1b", version="7")
        journal.plan([Step(Action.ADOPT, item(), "same size", seen)])
        assert list(journal.todo()) == [Step(Action.ADOPT, item(), "same size", seen)]

    @pytest.mark.parametrize(
        ("action", "state"),
        [
            (Action.CONFLICT, State.CONFLICT),
            (Action.MISSING, State.MISSING_AT_BASELINE),
            (Action.OUT_OF_REACH, State.OUT_OF_REACH),
            (Action.VANISHED, State.VANISHED),
            (Action.DELETED, State.DELETED),
            (Action.INVALID_NAME, State.NAME_INVALID_AT_TARGET),
        ],
    )
    def test_what_cannot_be_copied_is_recorded_with_its_reason(
        self, journal: Journal, action: Action, state: State
    ) -> None:
        journal.plan([Step(action, item(), "because")])
        assert list(journal.todo()) == []
        assert only(journal) == Recorded(item(), state, None, "because")

    def test_planning_twice_is_planning_once(self, journal: Journal) -> None:
        for _ in range(2):
            journal.plan([step()])
        assert list(journal.todo()) == [step()]

    def test_a_name_may_come_twice_in_one_page_and_the_last_word_counts(self, journal: Journal) -> None:
        journal.plan([step(of=item(size=1)), step(of=item(size=2))])
        assert only(journal).item.size == 2

    def test_a_new_plan_replaces_the_old_reason(self, journal: Journal) -> None:
        journal.plan([Step(Action.CONFLICT, item(), "other bytes")])
        journal.plan([step()])
        assert only(journal) == Recorded(item(), State.PENDING, None)

    def test_done_is_no_news_of_a_copied_item_but_its_rows_are(self, journal: Journal) -> None:
        journal.plan([step()])
        journal.record([copied(), verified()])
        journal.plan([step(Action.DONE, item(app__M__f=4), evidence_of(copied(), State.VERIFIED))])
        found = only(journal)
        assert found.state is State.VERIFIED
        assert dict(found.item.rows) == {"app.M.f": 4}
        assert list(journal.todo()) == []

    def test_done_does_not_excuse_a_damaged_item(self, journal: Journal) -> None:
        journal.plan([step()])
        journal.record([copied(), not_verified()])
        journal.plan([step(Action.DONE, item(), evidence_of(copied(), State.FAILED))])
        assert only(journal).state is State.FAILED

    def test_done_of_an_unknown_item_is_an_error(self, journal: Journal) -> None:
        with pytest.raises(LedgerError, match=r"a\.jpg"):
            journal.plan([step(Action.DONE)])

    def test_begun_is_what_may_have_been_uploaded_and_never_was_recorded(self, journal: Journal) -> None:
        journal.plan([step(of=item(name)) for name in ("begun", "adopting", "copied", "failed", "again", "bad\udcff")])
        journal.plan([step(Action.ADOPT, item("adopting")), Step(Action.CONFLICT, item("conflict"), "other bytes")])
        journal.record([copied(item("copied")), copied(item("again"))])
        journal.record([NotCopied(item("failed"), State.FAILED, "no answer", retryable=True)])
        journal.plan([step(Action.REPLACE, item("again", mark="v2"), evidence_of(copied(item("again"))))])
        everything = ["begun", "adopting", "copied", "failed", "again", "conflict", "bad\udcff", "unknown"]
        assert set(journal.begun(everything)) == {"begun", "adopting", "failed", "bad\udcff"}
        assert set(journal.begun([])) == set()

    # ── a second pass ────────────────────────────────────────────────────────────────────────

    def test_a_changed_file_waits_beside_the_evidence_of_its_earlier_copy(self, journal: Journal) -> None:
        journal.plan([step()])
        journal.record([copied()])
        changed = item(size=4, mark="v2", app__M__f=1)
        journal.plan([step(Action.REPLACE, changed, evidence_of(copied()))])
        pending = evidence_of(copied(), State.PENDING)
        assert list(journal.todo()) == [step(Action.REPLACE, changed, pending)]
        assert dict(journal.evidence_for(["a.jpg"])) == {"a.jpg": pending}
        assert list(journal.evidence()) == []
        assert dict(journal.tallies()) == {State.PENDING: Tally(1, 4)}

    def test_a_second_copy_replaces_the_evidence(self, journal: Journal) -> None:
        journal.plan([step()])
        journal.record([copied(), verified(proof=Proof.READ_BACK)])
        changed = item(size=4, mark="v2")
        journal.plan([step(Action.REPLACE, changed, evidence_of(copied(), State.VERIFIED))])
        journal.record([copied(changed, b"abcd")])
        assert list(journal.evidence()) == [evidence_of(copied(changed, b"abcd"))]
        assert list(journal.todo()) == []

    def test_what_vanished_from_the_target_is_copied_again(self, journal: Journal) -> None:
        journal.plan([step()])
        journal.record([copied(), verified(proof=Proof.READ_BACK)])
        proved = replace(evidence_of(copied(), State.VERIFIED), proof=Proof.READ_BACK)
        journal.plan([step(Action.COPY, item(), proved)])
        (todo,) = journal.todo()
        assert todo.action is Action.COPY
        assert todo.evidence == replace(proved, state=State.PENDING)

    def test_evidence_outlives_a_file_that_is_missing_later(self, journal: Journal) -> None:
        journal.plan([step()])
        journal.record([copied()])
        journal.plan([Step(Action.MISSING, item(size=0, mark=""), "no such file", None, evidence_of(copied()))])
        assert journal.evidence_for(["a.jpg"])["a.jpg"] == evidence_of(copied(), State.MISSING_AT_BASELINE)

    def test_evidence_of_another_key_is_no_evidence(self, journal: Journal) -> None:
        journal.plan([step()])
        journal.record([copied()])
        journal.plan([step(Action.COPY, item(key="elsewhere.jpg"), evidence_of(copied()))])
        assert dict(journal.evidence_for(["a.jpg"])) == {}

    # ── outcomes ─────────────────────────────────────────────────────────────────────────────

    def test_a_copy_is_evidence(self, journal: Journal) -> None:
        journal.plan([step()])
        journal.record([copied()])
        assert list(journal.evidence()) == [evidence_of(copied())]
        assert list(journal.todo()) == []
        assert only(journal) == Recorded(item(), State.COPIED, evidence_of(copied()))

    @pytest.mark.parametrize("etag", [None, "0123-7", "900150983cd24fb0d6963f7d28e17f72", "opaque é"])
    @pytest.mark.parametrize("md5", [b"", hashlib.md5(b"abc").digest()])
    def test_evidence_comes_back_whole(self, journal: Journal, etag: str | None, md5: bytes) -> None:
        sums = Digests(hashlib.sha256(b"abc").digest(), md5)
        stored = Stored("k", 3, etag, version="3HL4kqtJlcpXroDTDmJ", part_size=8 * 2**20)
        outcome = Copied(item(key="k"), sums, stored, Proof.SERVER_CHECKED)
        journal.plan([step(of=item(key="k"))])
        journal.record([outcome])
        assert list(journal.evidence()) == [evidence_of(outcome)]

    def test_a_copy_of_what_was_never_planned_is_recorded_too(self, journal: Journal) -> None:
        journal.record([copied()])
        assert list(journal.evidence()) == [evidence_of(copied())]

    def test_what_the_copy_read_counts_and_not_what_was_planned(self, journal: Journal) -> None:
        journal.plan([step(of=item(size=1, mark="v0"))])
        journal.record([copied(item(size=3, mark="v1"))])
        assert only(journal).item == item(size=3, mark="v1")

    def test_a_failure_worth_repeating_is_to_be_done_again(self, journal: Journal) -> None:
        journal.plan([step(Action.ADOPT)])
        journal.record([NotCopied(item(), State.FAILED, "timeout", "UnavailableError", retryable=True)])
        (todo,) = journal.todo()
        assert todo.action is Action.ADOPT
        assert only(journal) == Recorded(item(), State.FAILED, None, "timeout", "UnavailableError")

    @pytest.mark.parametrize("state", [State.FAILED, State.CONFLICT, State.UNREADABLE, State.MISSING_AT_BASELINE])
    def test_a_final_failure_is_not_to_be_done_again(self, journal: Journal, state: State) -> None:
        journal.plan([step()])
        journal.record([NotCopied(item(), state, "no")])
        assert list(journal.todo()) == []
        assert states(journal) == {"a.jpg": state}

    def test_a_file_that_is_being_written_stays_pending(self, journal: Journal) -> None:
        journal.plan([step()])
        journal.record([NotCopied(item(), State.PENDING, "being written", retryable=True)])
        assert [todo.item.name for todo in journal.todo()] == ["a.jpg"]

    def test_a_failure_keeps_the_evidence_of_an_earlier_copy(self, journal: Journal) -> None:
        journal.plan([step()])
        journal.record([copied()])
        changed = item(size=4, mark="v2")
        journal.plan([step(Action.REPLACE, changed, evidence_of(copied()))])
        journal.record([NotCopied(changed, State.UNREADABLE, "permission denied")])
        assert journal.evidence_for(["a.jpg"])["a.jpg"] == evidence_of(copied(), State.UNREADABLE)
        assert only(journal).item == changed

    def test_verified_is_recorded_with_the_stronger_proof(self, journal: Journal) -> None:
        journal.plan([step()])
        journal.record([copied(proof=Proof.SERVER_CHECKED)])
        journal.record([verified()])
        assert next(journal.evidence()).proof is Proof.SERVER_CHECKED
        journal.record([verified(proof=Proof.READ_BACK)])
        (evidence,) = journal.evidence()
        assert (evidence.state, evidence.proof) == (State.VERIFIED, Proof.READ_BACK)

    def test_not_verified_is_a_failure_that_keeps_its_evidence(self, journal: Journal) -> None:
        journal.plan([step()])
        journal.record([copied()])
        journal.record([not_verified(reason="gone from the target")])
        assert list(journal.evidence()) == []
        assert journal.evidence_for(["a.jpg"])["a.jpg"] == evidence_of(copied(), State.FAILED)
        assert only(journal).reason == "gone from the target"

    def test_a_verdict_on_what_was_never_copied_proves_nothing(self, journal: Journal) -> None:
        journal.plan([step()])
        journal.record([verified(proof=Proof.READ_BACK), verified(copied(item("b.jpg")), Proof.READ_BACK)])
        journal.record([not_verified(), not_verified(copied(item("b.jpg")))])
        assert states(journal) == {"a.jpg": State.PENDING}

    def test_what_was_found_bad_is_good_again_once_every_byte_was_read(self, journal: Journal) -> None:
        journal.plan([step()])
        journal.record([copied(), not_verified(reason="gone from the target")])
        journal.record([verified(reread=True)])
        proved = replace(evidence_of(copied(), State.VERIFIED), proof=Proof.READ_BACK)
        assert only(journal) == Recorded(item(), State.VERIFIED, proved)
        assert list(journal.todo()) == []

    def test_a_listing_does_not_clear_what_was_found_bad(self, journal: Journal) -> None:
        journal.plan([step()])
        journal.record([copied(), not_verified(reason="other bytes")])
        journal.record([verified(proof=Proof.READ_BACK)])
        assert only(journal).state is State.FAILED

    def test_a_good_old_copy_does_not_excuse_a_changed_file_that_could_not_be_copied(self, journal: Journal) -> None:
        journal.plan([step()])
        journal.record([copied()])
        changed = item(mark="v2")
        journal.plan([step(Action.REPLACE, changed, evidence_of(copied()))])
        journal.record([NotCopied(changed, State.FAILED, "no answer", retryable=True)])
        journal.record([verified(reread=True)])
        assert only(journal).state is State.FAILED
        assert [todo.item for todo in journal.todo()] == [changed]

    def test_a_replacement_that_failed_is_not_needed_where_the_copy_is_good_after_all(self, journal: Journal) -> None:
        journal.plan([step()])
        journal.record([copied(), not_verified(reason="other bytes")])
        journal.plan([step(Action.REPLACE, item(), evidence_of(copied(), State.FAILED))])
        journal.record([NotCopied(item(), State.FAILED, "no answer", "StoreError", retryable=True)])
        journal.record([verified(reread=True)])
        assert (only(journal).state, only(journal).reason, only(journal).error) == (State.VERIFIED, "", "")
        assert list(journal.todo()) == []

    # ── beside a second process ──────────────────────────────────────────────────────────────

    def test_recording_again_changes_nothing(self, journal: Journal) -> None:
        journal.plan([step()])
        for _ in range(2):
            journal.record([copied()])
            journal.record([verified()])
        assert only(journal) == Recorded(item(), State.VERIFIED, evidence_of(copied(), State.VERIFIED))

    def test_a_late_word_of_the_same_copy_does_not_undo_its_verification(self, journal: Journal) -> None:
        journal.plan([step()])
        journal.record([copied(proof=Proof.READ_BACK), verified(proof=Proof.READ_BACK), copied()])
        assert only(journal).state is State.VERIFIED

    def test_a_late_word_from_a_mover_that_knew_less_of_the_target_does_not_undo_it_either(
        self, journal: Journal
    ) -> None:
        late = replace(copied(proof=Proof.READ_BACK), digests=replace(digests(), md5=b""))
        journal.plan([step()])
        journal.record([copied(), verified(), late])
        assert only(journal).state is State.VERIFIED

    def test_a_copy_of_other_bytes_has_to_be_verified_anew(self, journal: Journal) -> None:
        journal.plan([step()])
        journal.record([copied(), verified(proof=Proof.READ_BACK), copied(item(mark="v2"), b"xyz")])
        assert list(journal.evidence()) == [evidence_of(copied(item(mark="v2"), b"xyz"))]

    @pytest.mark.parametrize("of", [item(), item(mark="v2")], ids=["same version", "next version"])
    @pytest.mark.parametrize("verdict", VERDICTS, ids=["listed", "read", "bad"])
    def test_a_verdict_on_an_older_copy_says_nothing_of_a_newer_one(
        self, journal: Journal, of: Item, verdict: Verified | NotVerified
    ) -> None:
        newer = sent_again(of)
        journal.record([copied()])
        journal.record([newer])
        journal.record([verdict])
        assert only(journal) == Recorded(of, State.COPIED, evidence_of(newer))

    @pytest.mark.parametrize("verdict", VERDICTS, ids=["listed", "read", "bad"])
    def test_a_verdict_on_an_older_copy_says_nothing_of_a_newer_one_in_the_same_batch(
        self, journal: Journal, verdict: Verified | NotVerified
    ) -> None:
        journal.record([copied()])
        journal.record([sent_again(), verdict])
        assert only(journal) == Recorded(item(), State.COPIED, evidence_of(sent_again()))

    def test_a_good_older_copy_does_not_clear_a_newer_one_that_was_found_bad(self, journal: Journal) -> None:
        journal.record([copied()])
        journal.record([sent_again(), not_verified(sent_again())])
        journal.record([verified(reread=True)])
        assert only(journal).state is State.FAILED

    def test_a_bad_older_copy_does_not_condemn_a_newer_one_that_was_verified(self, journal: Journal) -> None:
        journal.record([copied()])
        journal.record([sent_again(), verified(sent_again())])
        journal.record([not_verified()])
        assert only(journal).state is State.VERIFIED

    def test_a_late_failure_does_not_undo_the_success_of_another(self, journal: Journal) -> None:
        journal.plan([step()])
        journal.record([copied(), NotCopied(item(), State.FAILED, "timeout", retryable=True)])
        assert states(journal) == {"a.jpg": State.COPIED}

    def test_a_plan_that_was_overtaken_does_not_undo_the_copy(self, journal: Journal) -> None:
        journal.plan([step()])
        journal.record([copied()])
        journal.plan([step(Action.COPY, item(app__M__f=1)), step(Action.ADOPT, item(app__M__f=1))])
        assert states(journal) == {"a.jpg": State.COPIED}
        assert list(journal.todo()) == []
        assert dict(only(journal).item.rows) == {"app.M.f": 1}

    def test_outcomes_may_be_recorded_while_reading_what_is_to_be_done(self, journal: Journal) -> None:
        journal.plan([step(of=item(f"{n:04}")) for n in range(50)])
        done = []
        for todo in journal.todo():
            journal.record([copied(todo.item)])
            done.append(todo.item.name)
        assert done == [f"{n:04}" for n in range(50)]

    # ── many ─────────────────────────────────────────────────────────────────────────────────

    def test_thousands_are_planned_and_recorded_in_a_page_and_read_in_pages(self, journal: Journal) -> None:
        items = [item(f"{n:05}", size=n, app__M__f=n % 3) for n in range(2500)]
        journal.plan([step(of=one) for one in items])
        assert [todo.item.size for todo in journal.todo()] == list(range(2500))
        journal.record([copied(one) for one in items[:2000]])
        journal.record([verified(copied(one), Proof.READ_BACK) for one in items[:1000]])
        assert len(list(journal.evidence())) == 2000
        assert len(journal.evidence_for([one.name for one in items])) == 2000
        assert dict(journal.tallies()) == {
            State.PENDING: Tally(500, sum(range(2000, 2500))),
            State.COPIED: Tally(1000, sum(range(1000, 2000))),
            State.VERIFIED: Tally(1000, sum(range(1000))),
        }

    def test_items_are_read_by_state(self, journal: Journal) -> None:
        journal.plan([step(of=item("a")), Step(Action.MISSING, item("b")), Step(Action.CONFLICT, item("c"))])
        found = journal.recorded([State.CONFLICT, State.MISSING_AT_BASELINE])
        assert {recorded.item.name for recorded in found} == {"b", "c"}

    def test_it_says_where_names_stand(self, journal: Journal) -> None:
        journal.plan([step(of=item("a")), Step(Action.MISSING, item("b"))])
        journal.record([copied(item("a"))])
        asked = ["a", "b", "unknown"]
        assert journal.states_of(asked) == {"a": State.COPIED, "b": State.MISSING_AT_BASELINE}

    def test_empty_batches_are_allowed(self, journal: Journal) -> None:
        journal.plan([])
        journal.record([])
        assert dict(journal.evidence_for([])) == {}

    # ── copies and confirm ───────────────────────────────────────────────────────────────────

    def copies(self, journal: Journal) -> dict[str, Copy]:
        return {copy.name: copy for page in journal.copies() for copy in page}

    def test_copies_come_in_the_order_of_keys_as_a_listing_has_them(self, journal: Journal) -> None:
        keys = {"b": "b", "é": "e=e9;", "a": "a", "\U0001f600": "\U0001f600", "\uff5e": "\uff5e"}
        done = [copied(item(name, key=key)) for name, key in keys.items()]
        journal.plan([step(of=one.item) for one in done])
        journal.record(done)
        found = [copy for page in journal.copies() for copy in page]
        assert [copy.name for copy in found] == ["a", "b", "é", "\uff5e", "\U0001f600"]
        assert {copy.line for copy in found} == {
            (one.stored.key, one.stored.size, one.stored.etag, None) for one in done
        }
        assert len({copy.number for copy in found}) == len(keys)

    def test_copies_are_what_a_verification_judges(self, journal: Journal) -> None:
        names = ["bad", "copied", "replaced", "verified"]
        journal.plan([step(of=item(name)) for name in [*names, "planned"]])
        journal.record([copied(item(name)) for name in names])
        bad = [not_verified(copied(item(name))) for name in ("bad", "replaced")]
        journal.record([*bad, verified(copied(item("verified")))])
        journal.plan([step(Action.REPLACE, item("replaced", size=4, mark="v2"))])
        assert {name: State(copy.state) for name, copy in self.copies(journal).items()} == {
            "bad": State.FAILED,
            "copied": State.COPIED,
            "verified": State.VERIFIED,
        }

    @pytest.mark.parametrize("some", [slice(None), slice(0, 3), slice(0, 5, 2)], ids=["all", "neighbours", "others"])
    def test_what_is_confirmed_is_verified_and_nothing_else(self, journal: Journal, some: slice) -> None:
        items = [item(f"{number:03}") for number in range(7)]
        journal.plan([step(of=one) for one in items])
        journal.record([copied(one, proof=Proof.SERVER_CHECKED) for one in items])
        wanted = list(self.copies(journal).values())[some]
        journal.confirm(Copies.of(wanted))
        verified = {name for name, state in states(journal).items() if state is State.VERIFIED}
        assert verified == {copy.name for copy in wanted}
        assert set(journal.proofs()) == {Proof.SERVER_CHECKED}

    def test_what_was_found_bad_is_not_confirmed(self, journal: Journal) -> None:
        journal.plan([step()])
        journal.record([copied()])
        before = list(self.copies(journal).values())
        journal.record([not_verified()])
        journal.confirm(Copies.of(before))
        journal.confirm(Copies.of(self.copies(journal).values()))
        assert only(journal).state is State.FAILED

    def test_what_was_copied_anew_since_it_was_listed_is_not_confirmed(self, journal: Journal) -> None:
        names = ["a", "b", "c", "d", "e"]
        journal.record([copied(item(name)) for name in names])
        (page,) = journal.copies()
        journal.record([sent_again(item("b")), copied(item("d", size=4), b"abcd"), copied(item("e", key="elsewhere"))])
        journal.confirm(page)
        assert states(journal) == {
            "a": State.VERIFIED,
            "b": State.COPIED,
            "c": State.VERIFIED,
            "d": State.COPIED,
            "e": State.COPIED,
        }

    def test_what_was_copied_anew_after_the_first_page_was_read_is_not_confirmed_with_a_part_of_it(
        self, journal: Journal
    ) -> None:
        journal.record([copied(item(name)) for name in ("a", "b", "c")])
        (page,) = journal.copies()
        journal.record([sent_again(item("b"))])
        assert [len(again) for again in journal.copies()] == [3]  # another reader is told of the newer copy
        journal.confirm(page[1:])
        assert states(journal) == {"a": State.COPIED, "b": State.COPIED, "c": State.VERIFIED}

    def test_what_was_sent_again_as_it_was_is_confirmed(self, journal: Journal) -> None:
        journal.record([copied()])
        (page,) = journal.copies()
        journal.record([copied()])
        journal.confirm(page)
        assert only(journal).state is State.VERIFIED

    def test_a_newer_copy_is_confirmed_by_the_next_look(self, journal: Journal) -> None:
        journal.record([copied()])
        (page,) = journal.copies()
        journal.record([sent_again()])
        journal.confirm(page)
        (page,) = journal.copies()
        journal.confirm(page)
        assert only(journal) == Recorded(item(), State.VERIFIED, evidence_of(sent_again(), State.VERIFIED))
