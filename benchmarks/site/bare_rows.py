"""The least that reading the rows can cost: ``values_list().iterator()``, and nothing done with them."""

from __future__ import annotations

import django


def main() -> None:
    django.setup()
    from benchmarks.site.models import Photo

    for _ in Photo._default_manager.values_list("pk", "image").iterator():
        pass


if __name__ == "__main__":
    main()
