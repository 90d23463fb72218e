from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("medialift", "0005_shard")]

    operations = [
        migrations.AddField(
            model_name="storepair",
            name="generation",
            field=models.PositiveIntegerField(default=0),
        ),
    ]
