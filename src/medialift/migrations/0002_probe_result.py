from __future__ import annotations

from django.db import migrations, models

import medialift.models


class Migration(migrations.Migration):
    dependencies = [("medialift", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="ProbeResult",
            fields=[
                ("id", models.SmallAutoField(primary_key=True, serialize=False)),
                ("digest", medialift.models.DigestField(max_length=20, unique=True)),
                ("at", models.DateTimeField()),
                ("result", models.JSONField()),
            ],
        ),
    ]
