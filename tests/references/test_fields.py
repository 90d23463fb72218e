from __future__ import annotations

import django
import pytest

from medialift.errors import RefusedError
from medialift.references.fields import FoundColumns, find_columns

EVERY_COLUMN = {
    "site.Document.file",
    "site.Document.appendix",
    "site.Invoice.file",
    "site.TenantFile.file",
    "site.ArchivedImage.image",
    "site.Media.file",
    "site.Video.subtitles",
    "site.SquareAvatar.image",
    "site.LegacyScan.file",
    "site.Contract.signature",
    "site.Upload.file",
    "site.Page.file",
    "site.PageDetails.file",
    "site.Photo.image",
    "site.Picture.image",
    "site.SoftDeleted.file",
    "site.Audited.file",
    "site.Elsewhere.file",
} | ({"site.Leaf.file", "site.Plate.file"} if django.VERSION >= (5, 2) else set())


def labels(found: FoundColumns) -> list[str]:
    return [column.label for column in found.columns]


def remarks(found: FoundColumns) -> dict[str, str]:
    return {remark.model: remark.text for remark in found.remarks}


class TestEveryModel:
    def test_each_column_of_the_site_is_found_once(self) -> None:
        found = [label for label in labels(find_columns()) if label.startswith("site.")]
        assert sorted(found) == sorted(EVERY_COLUMN)

    def test_a_swapped_model_is_told_and_not_read(self) -> None:
        assert "swapped for site.SquareAvatar" in remarks(find_columns())["site.Avatar"]

    def test_an_unmanaged_model_is_told_and_read(self) -> None:
        assert "unmanaged" in remarks(find_columns())["site.LegacyScan"]

    def test_a_second_model_of_one_table_is_told_and_not_read_again(self) -> None:
        assert "site.Document" in remarks(find_columns())["site.DocumentRow"]

    def test_a_column_has_its_own_name(self) -> None:
        places = {column.label: column.place for column in find_columns().columns}
        assert places["site.Document.appendix"] == ("site_document", "attached_file")


class TestSelection:
    def test_a_model_is_chosen_by_app_and_name_in_any_case(self) -> None:
        assert labels(find_columns(["Site.document"])) == ["site.Document.file", "site.Document.appendix"]

    def test_a_unique_bare_name_is_enough(self) -> None:
        assert labels(find_columns(["Invoice"])) == ["site.Invoice.file"]

    def test_a_child_brings_what_it_inherits(self) -> None:
        assert labels(find_columns(["Video"])) == ["site.Media.file", "site.Video.subtitles"]

    def test_a_proxy_stands_for_its_model(self) -> None:
        assert labels(find_columns(["FeaturedMedia"])) == ["site.Media.file"]

    def test_choosing_twice_reads_once(self) -> None:
        assert labels(find_columns(["Media", "Video", "site.Media"])) == ["site.Media.file", "site.Video.subtitles"]

    def test_remarks_are_about_chosen_models_only(self) -> None:
        assert find_columns(["Invoice"]).remarks == ()

    def test_an_unmanaged_view_alone_is_read(self) -> None:
        assert labels(find_columns(["DocumentRow"])) == ["site.DocumentRow.file"]

    def test_an_unknown_model_is_refused_with_its_neighbours(self) -> None:
        with pytest.raises(RefusedError) as caught:
            find_columns(["site.Documnet"])
        assert "site.Documnet" in caught.value.reason
        assert "site.Document" in caught.value.hint

    def test_a_name_like_no_other_is_refused_with_all_models(self) -> None:
        with pytest.raises(RefusedError) as caught:
            find_columns(["zzzzzzzz"])
        assert "site.Invoice" in caught.value.hint

    def test_a_model_without_files_is_refused_as_such(self) -> None:
        with pytest.raises(RefusedError, match="no file field"):
            find_columns(["auth.User"])

    def test_an_ambiguous_name_is_refused_with_its_candidates(self, two_pages: None) -> None:
        with pytest.raises(RefusedError) as caught:
            find_columns(["page"])
        assert "auth.Page" in caught.value.hint
        assert "site.Page" in caught.value.hint


@pytest.fixture
def two_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """A second app has a model of the same name, for the time of one test."""
    from django.db import models
    from django.test.utils import isolate_apps

    from medialift.references import fields

    with isolate_apps("django.contrib.auth"):

        class Page(models.Model):
            file = models.FileField()

            class Meta:
                app_label = "auth"

    known = fields._models_with_files()
    monkeypatch.setattr(fields, "_models_with_files", lambda: [*known, Page])
