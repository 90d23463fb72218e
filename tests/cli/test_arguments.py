from __future__ import annotations

import argparse

import pytest

from medialift.cli.arguments import address, bandwidth, positive, seconds

MIB = 1024 * 1024


@pytest.mark.parametrize(
    ("text", "octets"),
    [
        ("20MiB/s", 20 * MIB),
        ("20MiB", 20 * MIB),
        ("20M", 20 * MIB),
        ("20 mib/s", 20 * MIB),
        ("1.5GiB/s", 1536 * MIB),
        ("8MB/s", 8_000_000),
        ("500kB/s", 500_000),
        ("500KiB/s", 512_000),
        ("4096", 4096),
        ("4096B/s", 4096),
    ],
)
def test_a_bandwidth_is_bytes_a_second(text: str, octets: int) -> None:
    assert bandwidth(text) == octets


@pytest.mark.parametrize("text", ["", "fast", "20Mbit/s", "-3M", "20MiB/h", "MiB", "1e9", "٣M"])
def test_a_bandwidth_that_cannot_be_read_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match="20MiB/s"):
        bandwidth(text)


@pytest.mark.parametrize("text", ["0", "0.0M", "0.1"])
def test_no_bandwidth_at_all_is_refused(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match="never end"):
        bandwidth(text)


def test_counts_start_at_one() -> None:
    assert positive("12") == 12
    for text in ("0", "-1", "1.5", "many", "", "٣"):
        with pytest.raises(argparse.ArgumentTypeError, match="from 1 up"):
            positive(text)


@pytest.mark.parametrize(("text", "length"), [("30", 30), ("30s", 30), ("0.5s", 0.5), ("5m", 300), ("1H", 3600)])
def test_a_length_of_time(text: str, length: float) -> None:
    assert seconds(text) == length


@pytest.mark.parametrize("text", ["", "soon", "0", "-1", "5 minutes", "m"])
def test_no_length_of_time(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match="write it as 30s"):
        seconds(text)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("9464", ("127.0.0.1", 9464)),
        ("0.0.0.0:80", ("0.0.0.0", 80)),
        ("[::1]:9464", ("::1", 9464)),
        ("localhost:0", ("localhost", 0)),
    ],
)
def test_an_address(text: str, found: tuple[str, int]) -> None:
    assert address(text) == found


@pytest.mark.parametrize("text", ["", "localhost", "localhost:", ":9464", "localhost:port", "localhost:65536"])
def test_no_address(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match="write it as 127"):
        address(text)
