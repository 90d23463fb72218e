"""What findings make of a store's traits.

Two traits are never changed by a probe. How names become keys (``key_rules``) must stay the same for
ever, and a probe's result does not: it is forgotten after a while, and a site without a database has
none. And that a listing is sorted cannot be proved by one that was: only that it is not.
"""

from __future__ import annotations

from dataclasses import replace

from medialift.stores.probe.values import DIGESTS, Probed, Subject, Verdict
from medialift.types import ETag, Traits

REFUTED = (Verdict.NO, Verdict.IGNORED)


def traits_of(probed: Probed, known: Traits) -> Traits:
    """*known* (the provider's data) with everything that *probed* could tell; unknowns leave it as it is."""
    confirmed = {subject.value for subject in DIGESTS if probed.verdict(subject) is Verdict.YES}
    refuted = {subject.value for subject in DIGESTS if probed.verdict(subject) in REFUTED}
    return replace(
        known,
        atomic_create=_told(probed, Subject.CREATE, known.atomic_create),
        atomic_multipart_create=_told(probed, Subject.CREATE_PARTS, known.atomic_multipart_create),
        etag=_etag(probed, known.etag),
        checked_digests=(known.checked_digests - refuted) | confirmed,
        sorted_listing=known.sorted_listing and probed.verdict(Subject.ORDER) not in REFUTED,
        lost_headers=known.lost_headers | set(probed.finding(Subject.HEADERS).names),
    )


def broken_promises(probed: Probed, known: Traits) -> tuple[Subject, ...]:
    """What *known* promises and the service does not do."""
    promised = {
        Subject.CREATE: known.atomic_create,
        Subject.CREATE_PARTS: known.atomic_multipart_create,
        Subject.ETAG: known.etag is not ETag.OPAQUE,
        Subject.ETAG_PARTS: known.etag is ETag.MD5,
        Subject.ORDER: known.sorted_listing,
        Subject.KEYS: not known.key_rules.allowed and not known.key_rules.folds_to_nfc,
        Subject.LONG_KEYS: known.key_rules.max_bytes >= 1000 and not known.key_rules.allowed,
        Subject.SIGNED_URL: True,
        **{subject: subject.value in known.checked_digests for subject in DIGESTS},
    }
    return tuple(subject for subject, is_so in promised.items() if is_so and probed.verdict(subject) in REFUTED)


def _told(probed: Probed, subject: Subject, known: bool) -> bool:
    verdict = probed.verdict(subject)
    return known if verdict is Verdict.UNKNOWN else verdict is Verdict.YES


def _etag(probed: Probed, known: ETag) -> ETag:
    whole = probed.verdict(Subject.ETAG)
    if whole is Verdict.UNKNOWN:
        return known
    if whole is not Verdict.YES:
        return ETag.OPAQUE
    # An MD5 that equals that of the body proves it, whichever way the body went up.
    return ETag.MD5 if probed.verdict(Subject.ETAG_PARTS) is Verdict.YES else ETag.WHOLE_MD5
