"""Signatures are those of Cloudinary's own package, and of its published example."""

from __future__ import annotations

import string

import pytest
from cloudinary import utils
from hypothesis import given
from hypothesis import strategies as st

from medialift.errors import ConfigError
from medialift.stores.cloudinary.signing import (
    ALGORITHMS,
    checked_algorithm,
    delivery_signature,
    escaped,
    request_signature,
)

EXAMPLE = {
    "eager": "w_400,h_300,c_pad|w_260,h_200,c_crop",
    "public_id": "sample_image",
    "timestamp": "1315060510",
}
"""https://cloudinary.com/documentation/authentication_signatures"""

NAMES = st.text(string.ascii_lowercase + "_", min_size=1)
VALUES = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


def test_the_published_example_is_signed_as_published() -> None:
    assert request_signature(EXAMPLE, "abcd") == "bfd09f95f331f558cbd1320e67aa8d488770583e"
    assert request_signature(EXAMPLE, "abcd", "sha256") == (
        "cc927e1290f9e3ae4c1a741eda21a4630b4ce80f9ce0bc0296337d25cf40f91e"
    )


@given(st.dictionaries(NAMES, VALUES), st.text(string.ascii_letters, min_size=1), st.sampled_from(ALGORITHMS))
def test_any_request_is_signed_as_the_services_own_package_does(
    params: dict[str, str], secret: str, algorithm: str
) -> None:
    assert request_signature(params, secret, algorithm) == utils.api_sign_request(dict(params), secret, algorithm)


def test_no_parameter_can_pass_for_two() -> None:
    assert request_signature({"public_id": "a&b=1"}, "s") != request_signature({"public_id": "a", "b": "1"}, "s")


def test_addresses_are_signed_as_measured_of_the_services_own_package() -> None:
    assert delivery_signature("folder/pic.jpg", "abcd") == "s--d_GHo2Ao--"
    assert delivery_signature("c_scale,w_100/folder/pic.jpg", "abcd") == "s--hL6-1QOE--"
    assert delivery_signature("folder/pic.jpg", "abcd", "sha256") == "s--Q-nnnWWZ--"


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_a_public_id_is_escaped_as_the_services_own_package_does(text: str) -> None:
    assert escaped(text) == utils.smart_escape(text)


def test_an_unknown_algorithm_is_told() -> None:
    with pytest.raises(ConfigError, match="sha1 or sha256"):
        checked_algorithm("md5")
