"""The loop over ``save()`` that the forums recommend."""

from __future__ import annotations

import django


def main() -> None:
    django.setup()
    from django.core.files.storage import storages

    from benchmarks.site.models import Photo

    here, there = storages["default"], storages["storages"]
    for name in Photo._default_manager.values_list("image", flat=True).iterator():
        with here.open(name) as file:
            there.save(name, file)


if __name__ == "__main__":
    main()
