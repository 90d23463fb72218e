from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from django.db import connections, transaction

from medialift.errors import LedgerError
from medialift.ledger.probes import forget, recall, remember, with_probe
from medialift.models import ProbeResult
from medialift.providers import load_provider
from medialift.stores.memory import MemoryStore
from medialift.stores.probe import LASTS, Finding, Probed, Subject, Verdict
from medialift.stores.probe.saved import as_json
from medialift.stores.s3 import S3Store
from medialift.stores.spec import Credentials, Secret, StoreSpec
from medialift.types import StoreIdentity
from tests.servers.databases import every_database

HERE = StoreIdentity("s3-compatible", "bucket", "media", "127.0.0.1:9000")
NOW = datetime(2026, 11, 20, 12, tzinfo=timezone.utc)
CREATES = Finding(Subject.CREATE, Verdict.YES, "If-None-Match: *: 200, then 412")
PROBED = Probed(HERE, NOW, (CREATES,), 25, ("media/.medialift-probe/0/a",))


def s3_store() -> S3Store:
    keys = Credentials("key", Secret("the-secret"))
    spec = StoreSpec(HERE.provider, HERE.container, HERE.prefix, endpoint_url="http://127.0.0.1:9000", credentials=keys)
    return S3Store(spec, load_provider(HERE.provider))


@pytest.fixture(params=every_database())
def _ledger(request: pytest.FixtureRequest, db: None, settings: Any) -> None:
    settings.MEDIALIFT_LEDGER_DATABASE = request.param


@pytest.mark.usefixtures("_ledger")
class TestRemembering:
    def test_what_was_found_comes_back_whole(self) -> None:
        remember(PROBED)
        assert recall(HERE, now=NOW) == PROBED

    def test_a_store_that_was_never_probed_has_none(self) -> None:
        remember(PROBED)
        assert recall(replace(HERE, prefix="other"), now=NOW) is None
        assert recall(replace(HERE, provider="minio"), now=NOW) is None

    def test_a_newer_result_takes_the_place_of_the_older(self) -> None:
        remember(PROBED)
        newer = replace(PROBED, at=NOW + timedelta(days=1), findings=())
        remember(newer)
        assert recall(HERE, now=NOW) == newer
        assert ProbeResult.objects.using(_alias()).count() == 1

    def test_after_thirty_days_it_is_not_believed_any_more(self) -> None:
        remember(PROBED)
        assert timedelta(days=30) == LASTS
        assert recall(HERE, now=NOW + LASTS - timedelta(seconds=1)) == PROBED
        assert recall(HERE, now=NOW + LASTS) is None

    def test_forgetting_says_whether_there_was_something(self) -> None:
        remember(PROBED)
        assert forget(HERE)
        assert recall(HERE, now=NOW) is None
        assert not forget(HERE)

    def test_what_another_version_wrote_is_no_result(self) -> None:
        remember(PROBED)
        for saved in ({**as_json(PROBED), "format": 0}, {"format": 1}, {**as_json(PROBED), "findings": [{}]}):
            ProbeResult.objects.using(_alias()).update(result=saved)
            assert recall(HERE, now=NOW) is None

    def test_a_store_is_opened_with_what_is_remembered_of_it(self) -> None:
        store = s3_store()
        assert not with_probe(store).traits.atomic_create
        remember(replace(PROBED, at=datetime.now(timezone.utc)))
        assert with_probe(store).traits.atomic_create
        assert not store.traits.atomic_create, "the store that was asked about stays as it is"


def _alias() -> str:
    from medialift.ledger.database import ledger_database

    return ledger_database()


class TestWithoutAMemory:
    def test_a_store_promises_what_its_provider_is_known_for(self) -> None:
        """Also where no test, and no event loop, may touch a database."""
        store = s3_store()
        assert with_probe(store) is store

    def test_a_store_that_knows_itself_is_not_looked_up(self) -> None:
        store = MemoryStore("m")
        assert with_probe(store) is store

    @pytest.mark.usefixtures("bare_file")
    def test_without_tables_remembering_says_how_to_get_them(self) -> None:
        with pytest.raises(LedgerError) as caught:
            remember(PROBED)
        assert "python manage.py migrate medialift" in caught.value.hint

    @pytest.mark.django_db(transaction=True, databases=["default", "postgresql"])
    def test_a_missing_table_spoils_no_transaction_of_the_site(self, settings: Any) -> None:
        settings.MEDIALIFT_LEDGER_DATABASE = "postgresql"
        connection, store = connections["postgresql"], s3_store()
        with connection.schema_editor() as editor:
            editor.delete_model(ProbeResult)
        try:
            with transaction.atomic(using="postgresql"), connection.cursor() as cursor:
                assert with_probe(store) is store
                cursor.execute("SELECT 1")
                assert cursor.fetchone() == (1,)
        finally:
            with connection.schema_editor() as editor:
                editor.create_model(ProbeResult)

    def test_the_way_there_and_back_holds_no_secret(self, file: Path) -> None:
        remember(replace(PROBED, identity=s3_store().identity))
        assert b"the-secret" not in file.read_bytes()
