"""Making the buckets of a site, and looking at them at once."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

from medialift import config
from medialift.cli.output import Output
from medialift.cli.verb import Exit
from medialift.conf import resolve
from medialift.doctor.check import Outcome, State
from medialift.doctor.run import examine_store
from medialift.doctor.site import StorageFacts
from medialift.errors import BucketNotFoundError, RefusedError, UnsupportedError
from medialift.facts.site import site_facts
from medialift.generate import bucket
from medialift.generate.dsn import dsn
from medialift.generate.setup.files import wishes_of
from medialift.generate.setup.values import Choices, Environment
from medialift.report.site_values import BucketMade
from medialift.report.values import Diagnosis, Examination
from medialift.stores import open_store
from medialift.stores.base import MakesBucket, ObjectStore, capability
from medialift.stores.bucket_configuration import AdministersBucket

ALIAS = "cloud"
"""As the block in the settings calls the bucket."""


def create_buckets(choices: Choices, dry_run: bool, out: Output) -> Exit:
    """One bucket for each environment. Raises :class:`~medialift.errors.RefusedError` where the API makes none."""
    outcomes: list[Outcome] = []
    for environment in choices.environments:
        store = open_store(resolve(config(dsn(choices.options(environment)))["OPTIONS"]).spec)
        state = _state(store)
        if dry_run:
            out.show(BucketMade(environment.name, str(store.identity), "found" if state else "planned"))
            continue
        if not state:
            _make(store, choices, environment, out)
        out.show(BucketMade(environment.name, str(store.identity), "found" if state else "made"))
        found = Examination(environment.name, str(store.identity), _examined(store, choices, environment))
        out.show(found)
        outcomes += found.outcomes
    if not dry_run:
        out.show(Diagnosis(tuple(outcomes)))
    return Exit.FINDINGS if any(outcome.state is State.FINDING for outcome in outcomes) else Exit.GOOD


def _examined(store: ObjectStore, choices: Choices, environment: Environment) -> tuple[Outcome, ...]:
    """What the doctor says of the bucket as the alias that the new settings give it, told under the environment."""
    storages = MappingProxyType({ALIAS: StorageFacts(ALIAS, choices.access, identity=store.identity)})
    facts = replace(site_facts(), storages=storages)
    return tuple(replace(outcome, alias=environment.name) for outcome in examine_store(facts, ALIAS, store))


def _state(store: ObjectStore) -> bool:
    """Whether the bucket is there already. Raises what the store says of wrong credentials and the like."""
    try:
        next(iter(store.list("medialift-init")), None)
    except BucketNotFoundError:
        return False
    return True


def _make(store: ObjectStore, choices: Choices, environment: Environment, out: Output) -> None:
    maker = capability(store, MakesBucket)
    if maker is None:
        hint = "Make it in the provider's console, and run `medialift doctor cloud`."
        raise RefusedError(f"{choices.provider.label} makes no buckets through this API", hint=hint)
    maker.make_bucket()
    admin = capability(store, AdministersBucket)
    if admin is None:
        return
    if not bucket.is_over_tls(choices.endpoint_url):
        out.say(bucket.IN_THE_CLEAR)
    for setting, wanted in bucket.settings(wishes_of(choices, environment)).items():
        try:
            admin.configure(setting, wanted)
        except UnsupportedError:
            out.say(f"{environment.bucket}: the service has no such setting: {setting.value}")
