"""Whether the credentials reach beyond the store's prefix: what they cannot do, a thief of them cannot either."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

from medialift.doctor.answers import DoesNotApplyError
from medialift.doctor.check import StoreCheck
from medialift.doctor.finding import Finding, Rule
from medialift.doctor.site import SiteFacts
from medialift.doctor.visit import BODY, Visit
from medialift.errors import AccessDeniedError, BucketNotFoundError
from medialift.providers import Means, load_provider
from medialift.stores.base import ObjectStore, capability
from medialift.stores.bucket_settings import OpensPrefix

RULE = Rule(
    "medialift.W019",
    "The credentials of STORAGES[{alias!r}] may {what} outside {prefix}/ too.",
    "{how}",
)


def look(facts: SiteFacts, visit: Visit) -> Iterator[Finding]:
    prefix = visit.store.identity.prefix
    if not prefix:
        raise DoesNotApplyError("the store is the whole bucket")
    opens = capability(visit.store, OpensPrefix)
    if opens is None:
        raise DoesNotApplyError("this store has nothing outside it")
    outside = opens.at_prefix(f"{visit.new_name()}-outside")
    try:
        allowed = [what for what, tried in (("list", _lists), ("write", _writes)) if tried(outside)]
    finally:
        outside.close()
    if allowed:
        yield RULE.found(alias=visit.alias, what=" and ".join(allowed), prefix=prefix, how=_how(visit))


def _how(visit: Visit) -> str:
    """What the provider can do about it."""
    permissions = load_provider(visit.store.identity.provider).permissions
    means = permissions.means if permissions else None
    command = f"python manage.py medialift policy app {visit.alias}"
    if means is Means.IAM:
        return f"Narrow their policy to {visit.arn}: {command}"
    if means is Means.CAPABILITIES:
        return f"Make a key for this prefix alone: {command}"
    if means is None:
        return "Make a key for this prefix alone, if the service can; else give the media a bucket of their own."
    own = "an environment" if means is Means.PRESETS else "a bucket"
    return f"Its keys know no prefixes: give the media {own} of their own and leave the prefix empty, or silence this."


def _lists(outside: ObjectStore) -> bool:
    try:
        next(iter(outside.list()), None)
    except (AccessDeniedError, BucketNotFoundError):
        return False
    return True


def _writes(outside: ObjectStore) -> bool:
    try:
        outside.put("trial.txt", BODY)
    except AccessDeniedError:
        return False
    with suppress(AccessDeniedError):  # whoever may write and not delete leaves it; the finding is the same
        outside.delete("trial.txt")
    return True


CHECK = StoreCheck(RULE, "nothing outside the prefix is allowed", look)
