from __future__ import annotations

import pytest
from django.db import connections

from tests.servers import databases


@pytest.mark.parametrize("alias", databases.every_database())
def test_a_database_keeps_every_name_that_a_file_can_have(alias: str) -> None:
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT %s", ["häuser/🏠.jpg"])
        assert cursor.fetchone() == ("häuser/🏠.jpg",)


@pytest.mark.parametrize("alias", databases.every_database())
def test_each_alias_is_the_database_it_says(alias: str) -> None:
    vendors = {"default": "sqlite", "postgresql": "postgresql", "mariadb": "mysql"}
    assert connections[alias].vendor == vendors[alias]


def test_a_server_that_does_not_answer_is_found_out() -> None:
    aliases = {"gone": {"HOST": "127.0.0.1", "PORT": "1"}, "file": {"NAME": ":memory:"}}
    assert databases.unreachable(aliases) == {"gone"}
