"""Stores that write wrongly."""

from __future__ import annotations

from dataclasses import replace

from medialift.errors import DigestMismatchError, StoreError
from medialift.stores.bodies import read_all
from tests.testing.sabotage.base import Any, Body, Broken, Headers, Stored, as_file


class DropsTheLastByte(Broken):
    noticed_by = ("test_bytes_come_back", "test_a_file_comes_back")

    def arriving(self, data: bytes) -> bytes:
        return data[:-1]


class StopsAtTheFirstShortRead(Broken):
    noticed_by = ("test_a_stream_that_cannot_seek_comes_back", "test_the_right_md5_is_accepted")

    def put(self, key: str, body: Body, **options: Any) -> Stored:
        return super().put(key, as_file(body).read(1_000_000), **options)


class RewindsTheBody(Broken):
    noticed_by = ("test_a_file_is_read_from_its_position",)

    def put(self, key: str, body: Body, **options: Any) -> Stored:
        file = as_file(body)
        if file.seekable():
            file.seek(0)
        return super().put(key, file, **options)


class ClosesTheBody(Broken):
    noticed_by = ("test_put_leaves_the_callers_file_open",)

    def put(self, key: str, body: Body, **options: Any) -> Stored:
        with as_file(body) as file:
            return super().put(key, file, **options)


class ForgetsEmptyObjects(Broken):
    noticed_by = ("test_an_empty_object_comes_back",)

    def put(self, key: str, body: Body, **options: Any) -> Stored:
        data = read_all(body)
        return super().put(key, data, **options) if data else Stored(key, 0)


class AnswersAnotherEtag(Broken):
    noticed_by = ("test_put_answers_what_head_tells", "test_the_etag_is_the_md5_where_the_store_says_so")

    def put(self, key: str, body: Body, **options: Any) -> Stored:
        return replace(super().put(key, body, **options), etag='"quoted"')


class AnswersAnotherSize(Broken):
    noticed_by = ("test_put_answers_what_head_tells", "test_a_body_in_parts_comes_back")

    def put(self, key: str, body: Body, **options: Any) -> Stored:
        return replace(super().put(key, body, **options), size=1)


class WritesOverTheOldBytes(Broken):
    noticed_by = ("test_an_object_is_replaced_as_a_whole",)

    def put(self, key: str, body: Body, **options: Any) -> Stored:
        data = read_all(body)
        old = self._objects[key].data if key in self._objects else b""
        return super().put(key, data + old[len(data) :], **options)


class KeepsWhatArrived(Broken):
    noticed_by = (
        "test_a_body_that_breaks_leaves_nothing",
        "test_a_body_that_breaks_keeps_the_old_object",
        "test_a_body_in_parts_that_breaks_keeps_the_old_object",
    )

    def put(self, key: str, body: Body, **options: Any) -> Stored:
        arrived, file = b"", as_file(body)
        try:
            while data := file.read(10_000):
                arrived += data
        finally:
            stored = super().put(key, arrived, **options)
        return stored


class SwallowsTheBodysError(Broken):
    noticed_by = ("test_a_body_that_breaks_leaves_nothing",)

    def put(self, key: str, body: Body, **options: Any) -> Stored:
        try:
            return super().put(key, body, **options)
        except StoreError:
            raise
        except Exception:
            return Stored(key, 0)


class HidesTheBodysError(Broken):
    noticed_by = ("test_a_body_that_breaks_leaves_nothing",)

    def put(self, key: str, body: Body, **options: Any) -> Stored:
        failed = False
        try:
            data = read_all(body)
        except Exception:
            failed = True
        if failed:
            raise StoreError("something went wrong")
        return super().put(key, data, **options)


class RefusesEveryDigest(Broken):
    noticed_by = ("test_the_right_md5_is_accepted", "test_the_right_md5_of_a_body_in_parts_is_accepted")

    def put(self, key: str, body: Body, *, md5: bytes | None = None, **options: Any) -> Stored:
        if md5 is not None:
            raise DigestMismatchError("no")
        return super().put(key, body, **options)


class IgnoresTheDigest(Broken):
    noticed_by = (
        "test_a_wrong_md5_is_refused",
        "test_a_wrong_md5_keeps_the_old_object",
        "test_a_wrong_md5_of_a_body_in_parts_is_refused",
    )

    def put(self, key: str, body: Body, *, md5: bytes | None = None, **options: Any) -> Stored:
        return super().put(key, body, **options)


class ChecksTheDigestTooLate(Broken):
    noticed_by = ("test_a_wrong_md5_is_refused", "test_a_wrong_md5_keeps_the_old_object")

    def put(self, key: str, body: Body, *, md5: bytes | None = None, **options: Any) -> Stored:
        data = read_all(body)
        super().put(key, data, **options)
        return super().put(key, data, md5=md5, **options)


# ── in parts ─────────────────────────────────────────────────────────────────────────────────


class DropsTheLastPart(Broken):
    noticed_by = ("test_a_body_in_parts_comes_back", "test_the_right_md5_of_a_body_in_parts_is_accepted")

    def arriving(self, data: bytes) -> bytes:
        part_size = self.traits.part_size
        return data[: len(data) // part_size * part_size] if self.in_parts(data) else data


class DropsAWholeLastPart(Broken):
    noticed_by = ("test_a_body_whose_last_part_is_whole_comes_back",)

    def arriving(self, data: bytes) -> bytes:
        whole = self.in_parts(data) and len(data) % self.traits.part_size == 0
        return data[: -self.traits.part_size] if whole else data


class NeverTellsItsParts(Broken):
    noticed_by = (
        "test_only_a_body_above_the_threshold_goes_in_parts",
        "test_the_etag_of_a_body_in_parts_can_be_computed_again",
    )

    def put(self, key: str, body: Body, **options: Any) -> Stored:
        return replace(super().put(key, body, **options), part_size=None)


class MakesPartsTooSoon(Broken):
    noticed_by = ("test_only_a_body_above_the_threshold_goes_in_parts",)

    def _part_size(self, data: bytes) -> int | None:
        return self.traits.part_size if len(data) >= self.traits.multipart_threshold else None


class MakesUpTheEtagOfParts(Broken):
    noticed_by = ("test_the_etag_of_a_body_in_parts_can_be_computed_again",)

    def _etag(self, data: bytes) -> str:
        return super()._etag(data[::-1]) if self.in_parts(data) else super()._etag(data)


class LosesHeadersOfParts(Broken):
    noticed_by = ("test_a_body_in_parts_keeps_its_headers",)

    def put(self, key: str, body: Body, *, headers: Headers = Headers(), **options: Any) -> Stored:  # noqa: B008
        data = read_all(body)
        return super().put(key, data, headers=Headers() if self.in_parts(data) else headers, **options)


class ChecksNoDigestOfParts(Broken):
    noticed_by = ("test_a_wrong_md5_of_a_body_in_parts_is_refused",)

    def put(self, key: str, body: Body, *, md5: bytes | None = None, **options: Any) -> Stored:
        data = read_all(body)
        return super().put(key, data, md5=None if self.in_parts(data) else md5, **options)


class ComparesTheDigestOfPartsWithTheEtag(Broken):
    noticed_by = ("test_the_right_md5_of_a_body_in_parts_is_accepted",)

    def put(self, key: str, body: Body, *, md5: bytes | None = None, **options: Any) -> Stored:
        data = read_all(body)
        if md5 is not None and self._etag(data) != md5.hex():
            raise DigestMismatchError("other")
        return super().put(key, data, **options)


class CreatesPartsOverWhatIsThere(Broken):
    noticed_by = ("test_creating_in_parts_refuses_a_taken_key",)

    def put(self, key: str, body: Body, *, if_absent: bool = False, **options: Any) -> Stored:
        data = read_all(body)
        return super().put(key, data, if_absent=if_absent and not self.in_parts(data), **options)
