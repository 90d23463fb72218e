from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models

import medialift.models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="FieldLabel",
            fields=[
                ("id", models.SmallAutoField(primary_key=True, serialize=False)),
                ("label", models.CharField(max_length=255, unique=True)),
            ],
        ),
        migrations.CreateModel(
            name="Move",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.CharField(max_length=16, unique=True)),
                ("kind", models.CharField(choices=[("migrate", "Migrate"), ("back", "Back")], max_length=16)),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "Open"), ("finished", "Finished")], default="open", max_length=16
                    ),
                ),
                ("started", models.DateTimeField()),
                ("updated", models.DateTimeField()),
                ("finished", models.DateTimeField(null=True)),
                ("options", models.JSONField(default=dict)),
                ("counts", models.JSONField(default=dict)),
                (
                    "parent",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="ways_back",
                        to="medialift.move",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="StorePair",
            fields=[
                ("id", models.SmallAutoField(primary_key=True, serialize=False)),
                (
                    "move",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="pairs", to="medialift.move"
                    ),
                ),
                ("digest", medialift.models.DigestField(max_length=20, unique=True)),
                ("source_identity", models.JSONField()),
                ("target_identity", models.JSONField()),
                ("updated", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Item",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("size", models.BigIntegerField()),
                ("next_size", models.BigIntegerField(null=True)),
                ("part_size", models.BigIntegerField(null=True)),
                ("gen", models.BigIntegerField(default=0)),
                ("updated", models.BigIntegerField()),
                (
                    "pair",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="items",
                        to="medialift.storepair",
                    ),
                ),
                ("state", models.SmallIntegerField()),
                ("todo", models.SmallIntegerField(null=True)),
                ("proof", models.SmallIntegerField(null=True)),
                ("name_digest", medialift.models.DigestField(max_length=20)),
                ("name", models.BinaryField()),
                ("key", models.BinaryField(null=True)),
                ("sha256", medialift.models.DigestField(max_length=32, null=True)),
                ("md5", medialift.models.DigestField(max_length=16, null=True)),
                ("etag", models.BinaryField(null=True)),
                ("version", models.BinaryField(null=True)),
                ("fingerprint", models.BinaryField()),
                ("next_fingerprint", models.BinaryField(null=True)),
                ("rows", models.BinaryField(null=True)),
                ("reason", models.BinaryField(null=True)),
                ("error", models.BinaryField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("pair", "name_digest"), name="medialift_item_unique_name")
                ],
            },
        ),
    ]
