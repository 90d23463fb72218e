"""Pages of a listing, read by ourselves exactly as the SDK reads them, or left to it."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.loaders import Loader
from botocore.model import ServiceModel
from botocore.parsers import ResponseParserFactory

from medialift.stores.s3.listing import parse_time, read_entries

NAMESPACE = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"'
ENTRY = (
    "<Contents><Key>a &amp; b/%C3%A9</Key><LastModified>2026-01-02T03:04:05.678Z</LastModified>"
    "<ETag>&quot;0123&quot;</ETag><Size>20480</Size><StorageClass>STANDARD</StorageClass></Contents>"
)
ANOTHER = (
    "<Contents><Key> spaces &lt;&apos;&gt; &amp;lt; </Key><LastModified>2026-01-02T03:04:05Z</LastModified>"
    "<ETag>&#34;x&#34;</ETag><Size>0</Size><StorageClass>GLACIER</StorageClass></Contents>"
)
OTHER_ORDER = (
    "<Contents><Size>0</Size><ETag>x</ETag><Key>a</Key><LastModified>2026-01-02T03:04:05Z</LastModified></Contents>"
)
INDENTED = ENTRY.replace("><", ">\n  <") + "\n"
OWNED = ENTRY.replace("<Size>", "<Owner><ID>1</ID><DisplayName>me</DisplayName></Owner><Size>")
NO_ETAG = ENTRY.replace("<ETag>&quot;0123&quot;</ETag>", "")


def page(*entries: str, root: str = NAMESPACE) -> bytes:
    told = "<IsTruncated>true</IsTruncated><NextContinuationToken>next</NextContinuationToken>"
    return f"<?xml version='1.0'?><ListBucketResult {root}>{''.join(entries)}{told}</ListBucketResult>".encode()


def by_us(body: bytes, status: int = 200) -> tuple[dict[str, Any], bytes]:
    response, answer = {"body": body, "status_code": status}, dict[str, Any]()
    read_entries(response, answer)
    assert isinstance(response["body"], bytes)
    return answer, response["body"]


def by_sdk(body: bytes) -> dict[str, Any]:
    model = ServiceModel(Loader().load_service_model("s3", "service-2"))
    factory = ResponseParserFactory()
    factory.set_parser_defaults(timestamp_parser=parse_time)
    parser, shape = factory.create_parser("rest-xml"), model.operation_model("ListObjectsV2").output_shape
    assert shape is not None
    answer: dict[str, Any] = parser.parse({"body": body, "status_code": 200, "headers": {}}, shape)
    return answer


FIELDS = ("Key", "Size", "LastModified", "ETag")


@pytest.mark.parametrize("root", [NAMESPACE, ""])
@pytest.mark.parametrize(
    "entries",
    [(ENTRY,), (ENTRY, ANOTHER), (INDENTED, INDENTED), (OWNED, OWNED), (OTHER_ORDER, OTHER_ORDER)],
    ids=["one", "two", "indented", "owned", "other-order"],
)
def test_entries_are_those_that_the_sdk_reads(entries: tuple[str, ...], root: str) -> None:
    body = page(*entries, root=root)

    answer, rest = by_us(body)

    assert list(answer["Contents"]) == [{field: entry[field] for field in FIELDS} for entry in by_sdk(body)["Contents"]]
    assert b"Contents" not in rest
    assert by_sdk(rest)["NextContinuationToken"] == "next"


def test_folders_between_the_entries_stay_where_the_sdk_looks_for_them() -> None:
    folder = "<CommonPrefixes><Prefix>a/</Prefix></CommonPrefixes>"
    answer, rest = by_us(page(ENTRY, folder, ENTRY))
    assert len(answer["Contents"]) == 2
    assert by_sdk(rest)["CommonPrefixes"] == [{"Prefix": "a/"}]


@pytest.mark.parametrize(
    "body",
    [
        page(),
        b"<Error><Code>InternalError</Code></Error>",
        page("<Contents><Key>a</Key></Contents>"),
        page("<Contents><Size>1</Size></Contents>"),
        page("<Contents><Key>a</Key><Size>many</Size></Contents>"),
        page(f"<Other>{ENTRY}</Other>"),
        page(ENTRY.replace("20480", "many")),
        page(ENTRY, OTHER_ORDER),
        page(ENTRY, OWNED),
        page(ENTRY, NO_ETAG),
        page(ENTRY.replace("a &amp;", "a &#233;")),
        page(ENTRY.replace("a &amp;", "a &other;")),
        page(ENTRY.replace("a &amp;", "<![CDATA[a]]>")),
        page(ENTRY.replace("a &amp;", "a\r\n")),
        page(ENTRY.replace("T03", "T99")),
        page(ENTRY)[:-30],
        page('<s:Contents xmlns:s="x"><s:Key>a</s:Key></s:Contents>'),
        b"",
    ],
    ids=[
        "empty",
        "error",
        "no-size",
        "no-key",
        "no-number",
        "elsewhere",
        "no-such-size",
        "order",
        "owned",
        "no-etag",
        "number",
        "entity",
        "cdata",
        "line-end",
        "no-such-time",
        "cut",
        "prefixed",
        "nothing",
    ],
)
def test_what_is_not_understood_is_left_to_the_sdk(body: bytes) -> None:
    assert by_us(body) == ({}, body)


def test_a_refusal_is_left_to_the_sdk() -> None:
    assert by_us(page(ENTRY), status=500) == ({}, page(ENTRY))


def test_an_sdk_that_takes_no_answer_of_ours_is_left_alone() -> None:
    response = {"body": page(ENTRY), "status_code": 200}
    read_entries(response)
    assert response["body"] == page(ENTRY)
