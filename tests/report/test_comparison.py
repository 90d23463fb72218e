from __future__ import annotations

from medialift.move.journal import Tally
from medialift.move.summary import Names
from medialift.move.survey import Fit, Survey
from medialift.providers import load_provider
from medialift.report.bill import GB
from medialift.report.comparison import compared, places_of
from medialift.report.values import ComparedProvider

R2, S3, MINIO = (load_provider(id) for id in ("r2", "s3", "minio"))


def compare(*, sent: int = 0, source: str = "") -> dict[str, ComparedProvider]:
    providers = [MINIO, S3, R2]
    survey = Survey(Tally(1000, 110 * GB), {provider.id: Fit(requests=2000) for provider in providers}, stopped=False)
    prices = load_provider(source).prices if source else None
    return {one.id: one for one in compared(survey, providers, prices, sent=sent)}


def test_the_cheapest_comes_first_and_the_unknown_last() -> None:
    assert list(compare()) == ["r2", "s3", "minio"]
    assert compare()["minio"].monthly is None


def test_a_month_is_what_is_kept_and_what_is_sent_downloads_included() -> None:
    s3 = compare(sent=220 * GB)["s3"]
    assert s3.kept == 110 * 0.023
    assert s3.sent == 120 * 0.09 + 2 * 0.0004, "each file is taken to be downloaded twice"
    assert s3.monthly == s3.kept + s3.sent


def test_getting_there_costs_requests_there_and_leaving_here() -> None:
    assert compare()["s3"].once == 2 * 0.005
    away = compare(source="s3")["r2"].once
    assert away == 2 * 0.0045 + (0.0004 + 110 * 0.09)


def test_where_it_cannot_be_told_what_leaving_costs_nothing_is_claimed() -> None:
    assert compare(source="scaleway")["r2"].once is None


def test_an_empty_site_costs_nothing_per_byte() -> None:
    empty = Survey(Tally(), {"r2": Fit()}, stopped=False)
    (one,) = compared(empty, [R2], None, sent=0)
    assert (one.monthly, one.once, one.escaped) == (0.0, 0.0, Names())


def test_a_place_is_what_the_providers_data_promises() -> None:
    place = places_of([R2])["r2"]
    assert place.traits == R2.traits
    assert place.max_object == R2.multipart.max_object
