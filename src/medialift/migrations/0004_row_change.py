from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("medialift", "0003_switch_and_freeze"),
    ]

    operations = [
        migrations.CreateModel(
            name="RowChange",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("updated", models.BigIntegerField()),
                ("state", models.SmallIntegerField()),
                ("row", models.BinaryField()),
                ("old", models.BinaryField()),
                ("new", models.BinaryField()),
                (
                    "field",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="medialift.fieldlabel"
                    ),
                ),
                (
                    "move",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="row_changes",
                        to="medialift.move",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["move", "state", "id"], name="medialift_row_change_state")],
            },
        ),
    ]
