from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timezone

import pytest

from medialift.providers import load_provider, provider_ids
from medialift.stores.probe import Finding, Probed, Subject, Verdict, traits_of
from medialift.stores.probe.saved import as_json, from_json
from medialift.stores.probe.traits import broken_promises
from medialift.types import ETag, StoreIdentity, Traits

YES, NO, IGNORED, UNKNOWN = Verdict.YES, Verdict.NO, Verdict.IGNORED, Verdict.UNKNOWN
AT = datetime(2026, 11, 20, tzinfo=timezone.utc)
TRUSTING = Traits(
    atomic_create=True,
    atomic_multipart_create=True,
    etag=ETag.MD5,
    checked_digests=frozenset({"content-md5", "payload-sha256"}),
)


def found(**verdicts: Verdict) -> Probed:
    """A probe with these verdicts, by the names of the subjects."""
    findings = (Finding(Subject[name.upper()], verdict, "tried") for name, verdict in verdicts.items())
    return Probed(StoreIdentity("s3-compatible", "b"), AT, tuple(findings), 25)


@pytest.mark.parametrize("known", [Traits(), TRUSTING])
class TestEveryVerdict:
    def test_without_any_the_providers_data_stays_in_force(self, known: Traits) -> None:
        assert traits_of(found(), known) == known
        assert traits_of(found(**{subject.name.lower(): UNKNOWN for subject in Subject}), known) == known

    @pytest.mark.parametrize(("verdict", "creates"), [(YES, True), (NO, False), (IGNORED, False)])
    def test_of_conditions_is_believed_against_the_data(self, known: Traits, verdict: Verdict, creates: bool) -> None:
        traits = traits_of(found(create=verdict, create_parts=verdict), known)
        assert (traits.atomic_create, traits.atomic_multipart_create) == (creates, creates)

    def test_of_digests_adds_and_takes_away(self, known: Traits) -> None:
        traits = traits_of(found(content_md5=IGNORED, checksum_sha256=YES, payload_sha256=UNKNOWN), known)
        expected = (known.checked_digests - {"content-md5"}) | {"x-amz-checksum-sha256"}
        assert traits.checked_digests == expected

    @pytest.mark.parametrize(
        ("whole", "in_parts", "etag"),
        [
            (YES, YES, ETag.MD5),
            (YES, NO, ETag.WHOLE_MD5),
            (YES, UNKNOWN, ETag.WHOLE_MD5),
            (NO, YES, ETag.OPAQUE),
            (NO, NO, ETag.OPAQUE),
        ],
    )
    def test_of_etags_gives_their_meaning(self, known: Traits, whole: Verdict, in_parts: Verdict, etag: ETag) -> None:
        assert traits_of(found(etag=whole, etag_parts=in_parts), known).etag is etag

    def test_of_keys_leaves_the_rules_of_keys_alone(self, known: Traits) -> None:
        """How names become keys must not depend on a memory that fades."""
        assert traits_of(found(keys=IGNORED, long_keys=NO), known).key_rules == known.key_rules


def test_one_sorted_listing_proves_nothing_and_an_unsorted_one_does() -> None:
    unsorted = replace(TRUSTING, sorted_listing=False)
    assert not traits_of(found(order=YES), unsorted).sorted_listing
    assert not traits_of(found(order=NO), TRUSTING).sorted_listing


def test_lost_headers_are_those_of_both() -> None:
    lost = Finding(Subject.HEADERS, IGNORED, "HEAD: 200", ("content_language",))
    probed = replace(found(), findings=(lost,))
    known = replace(TRUSTING, lost_headers=frozenset({"metadata"}))
    assert traits_of(probed, known).lost_headers == {"content_language", "metadata"}


class TestBrokenPromises:
    def test_are_what_the_data_promises_and_the_service_does_not(self) -> None:
        probed = found(create=IGNORED, content_md5=YES, payload_sha256=IGNORED, etag=UNKNOWN, signed_url=NO)
        broken = {Subject.CREATE, Subject.PAYLOAD_SHA256, Subject.SIGNED_URL}
        assert set(broken_promises(probed, TRUSTING)) == broken

    def test_a_service_of_which_nothing_was_promised_breaks_no_promise(self) -> None:
        probed = found(create=IGNORED, create_parts=NO, content_md5=IGNORED, etag=NO)
        assert broken_promises(probed, load_provider("s3-compatible").traits) == ()

    def test_a_service_known_to_fold_keys_may_fold_them(self) -> None:
        assert broken_promises(found(keys=IGNORED), load_provider("r2").traits) == ()
        assert broken_promises(found(keys=IGNORED), load_provider("s3").traits) == (Subject.KEYS,)


class TestSaved:
    @pytest.mark.parametrize("provider", provider_ids())
    def test_it_comes_back_as_it_was(self, provider: str) -> None:
        probed = replace(found(create=YES, keys=IGNORED), identity=StoreIdentity(provider, "b", "é", "x:1"))
        assert from_json(as_json(probed)) == probed

    @pytest.mark.parametrize(
        "change", [{"format": 99}, {"at": "yesterday"}, {"findings": [{"subject": "x"}]}, {"identity": {}}]
    )
    def test_what_cannot_be_read_is_none(self, change: dict[str, object]) -> None:
        assert from_json({**as_json(found()), **change}) is None

    def test_what_an_older_probe_did_not_ask_is_unknown(self) -> None:
        assert found(create=YES).verdict(Subject.ORDER) is UNKNOWN


def test_values_of_subjects_are_stored_and_printed_and_never_change() -> None:
    assert [subject.value for subject in Subject] == [
        "headers", "etag", "create", "content-md5", "x-amz-checksum-sha256", "payload-sha256", "missing", "keys",
        "long-keys", "order", "unequal-parts", "etag-parts", "create-parts", "signed-url", "public", "delete-many",
    ]  # fmt: skip
