from __future__ import annotations

import pytest
from django.apps import apps
from django.core import checks
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState

from medialift.models import FieldLabel, Item, Move, StorePair
from medialift.types import StoreIdentity


def test_the_migrations_say_what_the_models_say() -> None:
    """What ``makemigrations --check`` finds, without asking every database for its history."""
    written = MigrationLoader(None)
    detector = MigrationAutodetector(written.project_state(), ProjectState.from_apps(apps))
    assert detector.changes(graph=written.graph, trim_to_apps={"medialift"}) == {}


@pytest.mark.django_db(databases=["default", "postgresql", "mariadb"])
def test_the_models_pass_the_system_checks_of_every_database() -> None:
    databases = ["default", "postgresql", "mariadb"]
    found = checks.run_checks(tags=[checks.Tags.models, checks.Tags.database], databases=databases)
    models = (Item, Move, StorePair, FieldLabel)
    assert [str(message) for message in found if getattr(message.obj, "model", message.obj) in models] == []


def test_rows_print_what_they_are() -> None:
    pair = StorePair(
        source_identity={"provider": "filesystem", "container": "/srv/media"},
        target_identity={"provider": "s3", "container": "bucket", "prefix": "media", "endpoint": ""},
    )
    assert pair.target == StoreIdentity("s3", "bucket", "media")
    assert str(pair) == "filesystem:/srv/media → s3:bucket/media"
    assert str(Move(kind=Move.Kind.BACK, public_id="k7f3q2")) == "back k7f3q2"
    assert str(Item(name="é.jpg".encode())) == "é.jpg"
    assert str(FieldLabel(label="app.Model.file")) == "app.Model.file"
