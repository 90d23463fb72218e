"""`python -m example migrate` is `python example/manage.py migrate`."""

from __future__ import annotations

from example.manage import main

main()
