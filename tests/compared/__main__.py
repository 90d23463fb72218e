"""``python -m tests.compared`` tries one package, row by row, and tells what was seen and what was to be seen."""

from __future__ import annotations

import json
from importlib import import_module

import django
from django.apps import apps
from django.core.management import call_command
from django.db import connection


def main() -> None:
    django.setup()
    from django.conf import settings

    from tests.compared.rows import TRIED

    import_module(settings.ROOT_URLCONF)
    call_command("migrate", run_syncdb=True, verbosity=0)
    with connection.schema_editor() as editor:
        for model in apps.get_app_config("compared").get_models():
            if model._meta.db_table not in connection.introspection.table_names():
                editor.create_model(model)
    told = {name: {"seen": trial(), "said": said} for name, (trial, said) in TRIED.items()}
    print(json.dumps(told))


main()
