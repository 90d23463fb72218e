"""Django's own tests, run against MediaStorage. They are fetched for the installed Django and never kept here."""

from __future__ import annotations
