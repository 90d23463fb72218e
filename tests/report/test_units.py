from __future__ import annotations

import pytest

from medialift.report import units


@pytest.mark.parametrize(
    ("octets", "text"),
    [
        (0, "0 B"),
        (1023, "1023 B"),
        (1024, "1.0 KiB"),
        (1536, "1.5 KiB"),
        (99.94 * 1024, "99.9 KiB"),
        (99.96 * 1024, "100 KiB"),
        (999.4 * 1024, "999 KiB"),
        (999.6 * 1024, "1.0 MiB"),
        (31.2 * 1024**3, "31.2 GiB"),
        (4096 * 1024**5, "4096 PiB"),
    ],
)
def test_sizes_have_three_digits_and_a_binary_unit(octets: float, text: str) -> None:
    assert units.size(octets) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "less than 1 s"),
        (59.4, "59 s"),
        (59.6, "1 min"),
        (200, "3 min 20 s"),
        (3600, "1 h"),
        (7500, "2 h 5 min"),
        (86400 * 3 + 4 * 3600, "3 d 4 h"),
    ],
)
def test_durations_keep_the_two_largest_units(seconds: float, text: str) -> None:
    assert units.duration(seconds) == text


@pytest.mark.parametrize(("seconds", "text"), [(7, "0:07"), (3600, "1:00:00"), (3723, "1:02:03")])
def test_a_clock_keeps_its_columns(seconds: float, text: str) -> None:
    assert units.clock(seconds) == text


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (0, "0.00 USD"),
        (0.0001, "under 0.01 USD"),
        (0.07, "0.07 USD"),
        (1.231, "1.24 USD"),
        (1234.5, "1,234.50 USD"),
    ],
)
def test_money_is_rounded_up_to_the_cent_and_never_by_a_float_error(amount: float, text: str) -> None:
    assert units.money(amount) == text


def test_plurals_agree_with_their_number() -> None:
    assert units.plural(1, "file") == "1 file"
    assert units.plural(12408, "file") == "12,408 files"
    assert units.plural(2, "copy", "copies") == "2 copies"
