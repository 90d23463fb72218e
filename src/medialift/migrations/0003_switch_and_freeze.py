from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("medialift", "0002_probe_result")]

    operations = [
        migrations.CreateModel(
            name="Freeze",
            fields=[
                ("id", models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("since", models.DateTimeField()),
                ("retry_after", models.PositiveIntegerField()),
                ("reason", models.CharField(blank=True, max_length=200)),
            ],
        ),
        migrations.CreateModel(
            name="Switch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("ended", models.DateTimeField(null=True)),
                ("checked", models.DateTimeField(null=True)),
                ("passed", models.PositiveIntegerField(default=0)),
                ("failed", models.PositiveIntegerField(default=0)),
                (
                    "move",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="switch", to="medialift.move"
                    ),
                ),
            ],
        ),
    ]
