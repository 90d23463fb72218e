"""The smoke test: does one storage do, from end to end, what the site asks of it?"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress

from django.core.files.base import ContentFile
from django.core.files.storage import Storage

from medialift.bridge import identity_of, store_for
from medialift.doctor.answers import CannotTellError, DoesNotApplyError
from medialift.doctor.check import Outcome, State
from medialift.doctor.finding import Rule
from medialift.doctor.plain_http import Fetched, authority_of, fetch
from medialift.references.fields import FileColumn, find_columns

BODY = b"Written by a smoke test, which deletes it at once.\n"

PREFIX = "medialift-smoke-"
"""What the name of the trial file begins with."""

SOME = 20
"""Rows that are tried: files of the first ones may have been gone for years."""

RULE = Rule(
    "medialift.E030",
    "The smoke test of STORAGES[{alias!r}] could not {step}: {reason}.",
    "python manage.py medialift doctor {alias}",
)


class FailedError(Exception):
    """A step went through and did not do what it should."""


def smoke(alias: str, storage: Storage, models: Sequence[str]) -> Iterator[Outcome]:
    """Each step's outcome. Whatever was stored is deleted again, also if a step fails or nobody reads on."""
    trial = _Trial(storage, models)
    broken = ""
    try:
        for step, act in trial.steps():
            outcome = _outcome(alias, step, act, broken)
            if act == trial.upload and outcome.findings:
                broken = step
            yield outcome
    finally:
        trial.clean_up()


class _Trial:
    """One file on its way through *storage*."""

    def __init__(self, storage: Storage, models: Sequence[str]) -> None:
        self._storage = storage
        self._models = models
        self._name = ""

    def steps(self) -> tuple[tuple[str, Callable[[], None]], ...]:
        return (
            ("upload a file", self.upload),
            ("read it back", self._read_back),
            ("ask for its size", self._ask_size),
            ("open its URL", self._open_url),
            ("find an older file of the site", self._find_older),
            ("delete it", self._delete),
        )

    def upload(self) -> None:
        self._name = self._storage.save(f"{PREFIX}{secrets.token_hex(8)}.txt", ContentFile(BODY))

    def clean_up(self) -> None:
        if self._name:
            with suppress(Exception):  # the step that deletes has said already why it cannot
                self._storage.delete(self._name)

    def _read_back(self) -> None:
        with self._storage.open(self._name) as file:
            _expect(file.read() == BODY, "other bytes came back")

    def _ask_size(self) -> None:
        size = self._storage.size(self._name)
        _expect(size == len(BODY), f"it says {size} bytes instead of {len(BODY)}")

    def _open_url(self) -> None:
        fetched = self._fetch(self._name)
        _expect((fetched.status, fetched.body) == (200, BODY), f"the answer was {fetched.status}, or other bytes")

    def _find_older(self) -> None:
        names = [name for column in self._columns() for name in _names(column)]
        if not names:
            raise DoesNotApplyError("no row names a file of this storage")
        found = next((name for name in names if self._storage.exists(name)), "")
        _expect(bool(found), f"none of {len(names)} files of rows is there")
        with suppress(DoesNotApplyError):  # no address on the web: being there is all that can be asked
            status = self._fetch(found).status
            _expect(status == 200, f"{found} is there, and its URL answers {status}")

    def _fetch(self, name: str) -> Fetched:
        """What a browser gets; a private authority is trusted where the storage trusts it."""
        return fetch(self._url_of(name), authority_of(store_for(self._storage)))

    def _url_of(self, name: str) -> str:
        try:
            return self._storage.url(name)
        except (NotImplementedError, ValueError) as error:  # Django's words for a storage that has none
            raise DoesNotApplyError("this storage gives no URLs") from error

    def _delete(self) -> None:
        self._storage.delete(self._name)
        _expect(not self._storage.exists(self._name), "it is still there")
        self._name = ""

    def _columns(self) -> Iterator[FileColumn]:
        mine = identity_of(self._storage)
        for column in find_columns(self._models).columns:
            if identity_of(column.field.storage) == mine:
                yield column


def _names(column: FileColumn) -> list[str]:
    field = column.field.name
    rows = column.model._base_manager.exclude(**{field: ""}).exclude(**{f"{field}__isnull": True})
    return [str(name) for name in rows.order_by("pk").values_list(field, flat=True)[:SOME]]


def _outcome(alias: str, step: str, act: Callable[[], None], broken: str) -> Outcome:
    if broken:
        return Outcome(alias, RULE.id, step, State.UNKNOWN, reason=f"it could not {broken}")
    try:
        act()
    except DoesNotApplyError as reason:
        return Outcome(alias, RULE.id, step, State.NOT_APPLICABLE, reason=str(reason))
    except CannotTellError as reason:
        return _failed(alias, step, str(reason))
    except Exception as error:  # noqa: BLE001 (a site's own storage may raise anything, and each is a failed step)
        return _failed(alias, step, str(getattr(error, "reason", "") or error) or type(error).__name__)
    return Outcome(alias, RULE.id, step, State.OK)


def _failed(alias: str, step: str, reason: str) -> Outcome:
    found = RULE.found(alias=alias, step=step, reason=reason.rstrip("."))
    return Outcome(alias, RULE.id, step, State.FINDING, (found,))


def _expect(good: bool, otherwise: str) -> None:
    if not good:
        raise FailedError(otherwise)
