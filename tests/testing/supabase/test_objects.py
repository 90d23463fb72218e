"""Keys, uploads, downloads, copies and deletions: supabase.md §2, §4, §5 and §7."""

from __future__ import annotations

import base64
import hashlib
import json
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote, urlsplit

import pytest

from medialift.testing.supabase import Policy, SupabaseServer
from medialift.testing.supabase.project import MIB
from tests.testing.supabase.conftest import Client, refusal
from tests.testing.supabase.test_errors import DUPLICATE, NOT_FOUND

ACCEPTED = ["a b ", "a?b", "a+b", "a&b'c!d*e(f)g$h=i@j;k:l,m.n-o_p", "/lead", "a//b", "trail/", ".hidden"]
REFUSED = [
    "é",
    "日本",
    "🙂",
    "e\u0301",
    "a%b",
    "a#b",
    "a[b]",
    "{a}",
    "a~b",
    "a^b",
    "a`b",
    "a\\b",
    'a"b',
    "<a>",
    "a|b",
    "a\tb",
]


class TestKeys:
    """§2"""

    @pytest.mark.parametrize("key", ACCEPTED)
    def test_in_the_alphabet_are_kept(self, service: Client, key: str) -> None:
        assert service.put(key).status_code == 200
        assert service.ask("GET", f"/object/{{b}}/{quote(key)}").content == b"miau"

    @pytest.mark.parametrize("key", REFUSED)
    def test_outside_of_it_are_refused(self, service: Client, key: str) -> None:
        response = service.put(key)
        assert refusal(response) == (400, "400", "InvalidKey", "InvalidKey")
        assert response.json()["message"] == f"Invalid key: {key}"

    def test_are_decoded_once_and_a_plus_stays_one(self, service: Client) -> None:
        assert service.ask("POST", "/object/{b}/a%2Fb+c", content=b"1").json()["Key"] == f"{service.bucket}/a/b+c"

    def test_with_dot_segments_are_refused_on_writing_and_missing_on_reading(self, service: Client) -> None:
        path = f"/object/{service.bucket}/k%2F..%2Fx"
        assert refusal(service.ask("POST", path, content=b"1"))[3] == "InvalidKey"
        assert refusal(service.ask("GET", path)) == NOT_FOUND

    def test_with_a_segment_of_256_bytes_break_a_disk(self, service: Client) -> None:
        assert service.put("a/" + "k" * 255).status_code == 200
        assert service.put("a/" + "k" * 256).status_code == 500


class TestUploads:
    """§4"""

    def test_answer_200_with_the_bucket_in_the_key(self, service: Client) -> None:
        response = service.put("a/one.txt")
        assert (response.status_code, response.json()["Key"]) == (200, f"{service.bucket}/a/one.txt")
        assert set(response.json()) == {"Key", "Id"}

    def test_over_something_need_x_upsert_in_small_letters(self, service: Client) -> None:
        service.put("a")
        assert refusal(service.put("a")) == DUPLICATE
        assert refusal(service.put("a", x_upsert="TRUE")) == DUPLICATE
        assert service.put("a", x_upsert="true").status_code == 200

    def test_by_put_replace_and_create(self, service: Client) -> None:
        assert service.ask("PUT", "/object/{b}/a", content=b"1").status_code == 200
        assert service.ask("PUT", "/object/{b}/a", content=b"2").status_code == 200
        assert service.ask("GET", "/object/{b}/a").content == b"2"

    def test_without_headers_get_the_defaults(self, service: Client) -> None:
        service.put("a")
        answer = service.ask("GET", "/object/{b}/a").headers
        assert (answer["content-type"], answer["cache-control"]) == ("application/octet-stream", "no-cache")

    def test_keep_cache_control_letter_by_letter_and_replace_it_wholesale(self, service: Client) -> None:
        service.put("a", cache_control="3600")
        assert service.ask("GET", "/object/{b}/a").headers["cache-control"] == "3600"
        service.put("a", x_upsert="true")
        assert service.ask("GET", "/object/{b}/a").headers["cache-control"] == "no-cache"

    def test_may_be_a_form(self, service: Client) -> None:
        form = {"cacheControl": "60", "metadata": '{"a": "b"}', "contentType": "text/css"}
        response = service.ask("POST", "/object/{b}/f", files={"x": ("f", b"\r\n--body\r\n", "text/plain")}, data=form)
        assert response.status_code == 200
        info = service.ask("GET", "/object/info/{b}/f").json()
        assert (info["content_type"], info["cache_control"]) == ("text/css", "max-age=60")
        assert (info["metadata"], info["size"]) == ({"a": "b"}, 10)

    def test_tell_metadata_by_info_only(self, service: Client) -> None:
        told = base64.b64encode(json.dumps({"album": "cats"}).encode()).decode()
        service.put("a", x_metadata=told)
        assert service.ask("GET", "/object/info/{b}/a").json()["metadata"] == {"album": "cats"}
        assert "cats" not in str(service.ask("GET", "/object/{b}/a").headers)

    def test_with_bad_metadata_are_taken_without_it(self, service: Client) -> None:
        assert service.put("a", x_metadata="?").status_code == 200
        assert service.ask("GET", "/object/info/{b}/a").json()["metadata"] == {}

    def test_that_break_off_leave_nothing(self, service: Client) -> None:
        host = urlsplit(service.server.url)
        with socket.create_connection((host.hostname, host.port)) as connection:
            head = f"POST /storage/v1/object/{service.bucket}/half HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n"
            connection.sendall(f"{head}Authorization: {service.headers['Authorization']}\r\n\r\nhalf".encode())
        assert refusal(service.ask("GET", "/object/{b}/half")) == NOT_FOUND

    def test_at_once_all_create_the_same_object(self, service: Client) -> None:
        """Existence is asked before the body is read; the write asks nothing."""
        asked, bodies = threading.Barrier(4), [bytes([number]) * 1000 for number in range(4)]

        def allow(*_: object) -> bool:
            asked.wait(timeout=20)
            return True

        service.project.policies.append(Policy(frozenset({"insert"}), allow))
        user = service.as_user()
        with ThreadPoolExecutor(4) as pool:
            answers = list(pool.map(lambda body: user.put("race", body), bodies))
        assert [answer.status_code for answer in answers] == [200] * 4
        assert len({answer.json()["Id"] for answer in answers}) == 1
        assert service.ask("GET", "/object/{b}/race").content in bodies

    def test_ignore_if_none_match(self, service: Client) -> None:
        service.put("a")
        assert service.put("a", b"new", x_upsert="true", if_none_match="*").status_code == 200


class TestLimits:
    """§3 and §4"""

    @pytest.fixture
    def service(self, service: Client) -> Client:
        service.project.make_bucket(service.bucket, file_size_limit=1000, allowed_mime_types=["text/plain", "image/*"])
        return service

    def test_of_size_hold_for_bodies_of_a_told_length(self, service: Client) -> None:
        assert service.put("a", b"x" * 1000, content_type="text/plain").status_code == 200
        response = service.put("b", b"x" * 1001, content_type="text/plain")
        assert refusal(response) == (400, "413", "Payload too large", "EntityTooLarge")
        form = service.ask("POST", "/object/{b}/f", files={"x": ("f", b"x" * 1001, "text/plain")})
        assert refusal(form)[1] == "413"

    def test_of_size_do_not_hold_for_chunked_bodies(self, service: Client) -> None:
        chunked = iter([b"x" * 2000])
        response = service.ask("POST", "/object/{b}/c", content=chunked, headers={"Content-Type": "text/plain"})
        assert response.status_code == 200
        assert service.ask("GET", "/object/info/{b}/c").json()["size"] == 2000

    def test_of_type_are_compared_letter_by_letter(self, service: Client) -> None:
        assert service.put("a", content_type="text/plain").status_code == 200
        assert service.put("b", content_type="image/png").status_code == 200
        for kind in ("text/plain;charset=UTF-8", "TEXT/PLAIN", "application/pdf"):
            assert refusal(service.put("c", content_type=kind)) == (400, "415", "invalid_mime_type", "InvalidMimeType")
        assert service.put("c", content_type="garbage").json()["message"] == "Invalid Content-Type header"
        assert refusal(service.put("d"))[1] == "415", "none at all counts as application/octet-stream"

    def test_do_not_hold_for_copies(self, service: Client) -> None:
        other = service.project.make_bucket(f"{service.bucket}-open").id
        service.ask("POST", f"/object/{other}/big", content=b"x" * 5000)
        body = {"bucketId": other, "sourceKey": "big", "destinationKey": "big", "destinationBucket": service.bucket}
        assert service.ask("POST", "/object/copy", json=body).status_code == 200

    def test_the_mark_of_an_empty_folder_is_exempt_and_holds_no_bytes(self, service: Client) -> None:
        assert service.put("x/.emptyFolderPlaceholder", b"").status_code == 200
        assert refusal(service.put("y/.emptyFolderPlaceholder", b"1"))[1] == "413"

    def test_may_be_written_in_units_of_a_thousand(self, service: Client) -> None:
        service.ask("PUT", "/bucket/{b}", json={"public": False, "file_size_limit": "10KB"})
        assert service.ask("GET", "/bucket/{b}").json()["file_size_limit"] == 10_000
        assert service.ask("PUT", "/bucket/{b}", json={"file_size_limit": "10 KB"}).status_code == 400

    def test_cannot_be_above_the_projects(self, service: Client) -> None:
        assert refusal(service.ask("PUT", "/bucket/{b}", json={"file_size_limit": 51 * MIB}))[1] == "413"


class TestDownloads:
    """§5"""

    def test_tell_what_is_known(self, service: Client) -> None:
        service.put("a", content_type="text/plain")
        answer = service.ask("GET", "/object/{b}/a").headers
        assert answer["etag"] == f'"{hashlib.md5(b"miau").hexdigest()}"'
        assert (answer["content-length"], answer["accept-ranges"], answer["x-robots-tag"]) == ("4", "bytes", "none")
        assert service.ask("HEAD", "/object/{b}/a").headers["content-length"] == "4"

    @pytest.mark.parametrize(("wanted", "part"), [("0-1", b"mi"), ("1-", b"iau"), ("-1", b"u"), ("2-99", b"au")])
    def test_of_a_range(self, service: Client, wanted: str, part: bytes) -> None:
        service.put("a")
        response = service.ask("GET", "/object/{b}/a", headers={"Range": f"bytes={wanted}"})
        assert (response.status_code, response.content) == (206, part)
        assert response.headers["content-range"].endswith("/4")

    @pytest.mark.parametrize("wanted", ["bytes=4-", "bytes=0-0,2-2", "junk", "bytes=-"])
    def test_of_a_range_that_makes_no_sense_are_416(self, service: Client, wanted: str) -> None:
        service.put("a")
        response = service.ask("GET", "/object/{b}/a", headers={"Range": wanted})
        assert refusal(response) == (416, "416", "invalid_range", "InvalidRange")

    def test_of_any_range_of_an_empty_object_are_416(self, service: Client) -> None:
        service.put("a", b"")
        assert service.ask("GET", "/object/{b}/a", headers={"Range": "bytes=0-"}).status_code == 416

    def test_compare_etags_as_texts_only(self, service: Client) -> None:
        service.put("a")
        etag = service.ask("GET", "/object/{b}/a").headers["etag"]
        statuses = [
            service.ask("GET", "/object/{b}/a", headers={"If-None-Match": given}).status_code
            for given in (etag, f"W/{etag}", "*")
        ]
        assert statuses == [304, 200, 200]
        assert service.ask("GET", "/object/{b}/a", headers={"If-Match": '"another"'}).status_code == 200

    def test_under_a_name_have_it_percent_encoded_twice(self, service: Client) -> None:
        service.put("a")
        named = service.ask("GET", "/object/{b}/a", params={"download": 'né "q'}).headers["content-disposition"]
        assert named == "attachment; filename=n%C3%A9%20%22q; filename*=UTF-8''n%C3%A9%20%22q;"
        assert service.ask("GET", "/object/{b}/a?download").headers["content-disposition"] == "attachment;"

    def test_while_the_object_is_replaced_fail(self, service: Client, disk: Client) -> None:
        gone, broken = (400, "404", "Not found", "NoSuchKey"), (500, "500", "Internal", "InternalError")
        for client, expected in ((service, gone), (disk, broken)):
            client.put("a")
            client.project.vanishing = 1
            assert refusal(client.ask("GET", "/object/{b}/a")) == expected
            assert client.ask("GET", "/object/{b}/a").status_code == 200

    def test_of_a_public_bucket_need_no_token_and_do_not_look_at_a_wrong_one(self, service: Client) -> None:
        service.put("a")
        service.project.make_bucket(service.bucket, public=True)
        for path in ("/object/public/{b}/a", "/object/{b}/a"):
            assert service.as_caller("garbage").ask("GET", path).content == b"miau"
        assert refusal(service.as_caller(None).ask("GET", "/object/authenticated/{b}/a"))[2] == "Error"

    def test_of_info_without_a_token_are_for_get_only(self, service: Client) -> None:
        service.put("a")
        service.project.make_bucket(service.bucket, public=True)
        anybody = service.as_caller(None)
        assert anybody.ask("GET", "/object/info/public/{b}/a").json()["size"] == 4
        assert anybody.ask("HEAD", "/object/info/public/{b}/a").status_code == 400


class TestETags:
    """providers.md §5.3 and supabase.md §10"""

    def test_of_large_bodies_are_no_md5_where_it_is_hosted(self, service: Client, disk: Client) -> None:
        for size, dashed in ((16 * MIB, False), (16 * MIB + 1, True)):
            etag = service.project.etag(b"x" * size)
            assert ("-" in etag) is dashed
        assert disk.project.etag(b"x" * (17 * MIB)) == hashlib.md5(b"x" * (17 * MIB)).hexdigest()

    def test_of_resumable_uploads_never_are(self, service: Client) -> None:
        assert service.project.etag(b"x", resumable=True).endswith("-1")


class TestMovesAndCopies:
    """§7"""

    def test_a_move_never_replaces(self, service: Client) -> None:
        service.put("a")
        service.put("b")
        body = {"bucketId": service.bucket, "sourceKey": "a", "destinationKey": "b"}
        response = service.ask("POST", "/object/move", json=body, headers={"x-upsert": "true"})
        assert refusal(response) == (400, "409", "Duplicate", "ResourceAlreadyExists")

    def test_a_move_keeps_the_row(self, service: Client) -> None:
        id = service.put("a").json()["Id"]
        body = {"bucketId": service.bucket, "sourceKey": "a", "destinationKey": "c"}
        assert service.ask("POST", "/object/move", json=body).json() == {"message": "Successfully moved"}
        assert service.ask("GET", "/object/info/{b}/c").json()["id"] == id
        missing = service.ask("POST", "/object/move", json=body)
        assert refusal(missing) == NOT_FOUND

    def test_a_move_into_a_missing_bucket_speaks_of_a_relation(self, service: Client) -> None:
        service.put("a")
        body = {"bucketId": service.bucket, "sourceKey": "a", "destinationKey": "a", "destinationBucket": "nope"}
        assert refusal(service.ask("POST", "/object/move", json=body))[2] == "InvalidRequest"

    def test_a_copy_replaces_with_x_upsert(self, service: Client) -> None:
        service.put("a")
        service.put("b", b"old")
        body = {"bucketId": service.bucket, "sourceKey": "a", "destinationKey": "b"}
        assert refusal(service.ask("POST", "/object/copy", json=body)) == DUPLICATE
        assert service.ask("POST", "/object/copy", json=body, headers={"x-upsert": "true"}).status_code == 200
        assert service.ask("GET", "/object/{b}/b").content == b"miau"


class TestDeletions:
    """§7"""

    def test_of_one_are_not_idempotent(self, service: Client) -> None:
        service.put("a")
        assert service.ask("DELETE", "/object/{b}/a").json() == {"message": "Successfully deleted"}
        assert refusal(service.ask("DELETE", "/object/{b}/a")) == NOT_FOUND

    def test_of_many_name_those_that_were_there_and_nothing_else(self, service: Client) -> None:
        service.put("a/b")
        service.put("a/bc")
        response = service.ask("DELETE", "/object/{b}", json={"prefixes": ["a/b", "missing", "a"]})
        assert (response.status_code, [row["name"] for row in response.json()]) == (200, ["a/b"])
        assert service.ask("GET", "/object/{b}/a/bc").status_code == 200

    def test_of_more_than_a_thousand_are_refused(self, service: Client) -> None:
        response = service.ask("DELETE", "/object/{b}", json={"prefixes": [f"k{n}" for n in range(1001)]})
        assert response.status_code == 400


def test_what_the_server_holds_is_gone_with_the_block() -> None:
    with SupabaseServer() as server:
        server.project.make_bucket("media")
        port = urlsplit(server.url).port
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", port))
