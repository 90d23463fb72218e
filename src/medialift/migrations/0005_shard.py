from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("medialift", "0004_row_change")]

    operations = [
        migrations.CreateModel(
            name="Shard",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("first", models.BigIntegerField()),
                ("last", models.BigIntegerField()),
                ("files", models.BigIntegerField()),
                ("bytes", models.BigIntegerField()),
                ("files_done", models.BigIntegerField(default=0)),
                ("bytes_done", models.BigIntegerField(default=0)),
                ("state", models.SmallIntegerField(choices=[(1, "Open"), (2, "Leased"), (3, "Done")], default=1)),
                ("token", models.BigIntegerField(default=0)),
                ("failures", models.SmallIntegerField(default=0)),
                ("stopping", models.BooleanField(default=False)),
                ("worker", models.CharField(default="", max_length=128)),
                ("until", models.DateTimeField(null=True)),
                ("error", models.TextField(default="")),
                (
                    "pair",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="shards", to="medialift.storepair"
                    ),
                ),
            ],
        ),
    ]
