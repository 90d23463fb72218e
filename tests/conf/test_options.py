from __future__ import annotations

import pytest
from storages.backends.s3 import S3Storage

from medialift.conf.legacy import REFUSED
from medialift.conf.options import CLIENT_OPTIONS, OPTIONS, SECRET_OPTIONS
from medialift.conf.resolve import WRITTEN
from medialift.conf.versions import require_django
from medialift.errors import ConfigError


def test_every_option_of_django_storages_is_either_honoured_or_refused_with_a_reason() -> None:
    theirs = set(S3Storage(bucket_name="b").get_default_settings())
    assert theirs - set(WRITTEN) - {refused.name for refused in REFUSED} == set()


def test_no_name_means_two_options() -> None:
    names = [option.name for option in OPTIONS] + [a.name for o in OPTIONS for a in o.aliases if a.name]
    assert len(names) == len(set(names))


def test_every_option_explains_itself_in_a_sentence() -> None:
    assert [option.name for option in OPTIONS if not option.help.endswith((".", "…"))] == []


def test_the_lists_of_names_name_options() -> None:
    assert set(CLIENT_OPTIONS) | set(SECRET_OPTIONS) <= {option.name for option in OPTIONS}


def test_a_django_without_the_storages_setting_is_refused_with_the_reason() -> None:
    with pytest.raises(ConfigError, match=r"Django 4\.1 has no STORAGES setting"):
        require_django((4, 1))
    require_django((4, 2))
    require_django()
