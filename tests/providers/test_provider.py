"""Every provider's file says what the code can read, and why."""

from __future__ import annotations

import dataclasses
import re

import pytest

from medialift.errors import ConfigError
from medialift.keys import key_for, name_for
from medialift.providers import Fact, Prices, Provider, load_provider, parse_provider, provider_ids
from medialift.types import ETag

EXPECTED = {
    "b2", "ceph", "cloudinary", "garage", "gcs-s3", "hetzner", "minio", "r2", "s3", "s3-compatible", "scaleway",
    "spaces", "supabase", "supabase-s3", "wasabi",
}  # fmt: skip
SMALLEST = "\n".join(
    ['id = "x"', 'label = "X"', "docs = []"]
    + [
        f'[{name}]\nreason = "because"\nsource = "somewhere"'
        for name in (
            "endpoint", "integrity", "create", "multipart", "keys", "throttling", "deletion", "listing", "presigning",
            "public_url", "buckets", "prices",
        )
    ]
)  # fmt: skip


def facts(provider: Provider) -> dict[str, Fact]:
    values = {field.name: getattr(provider, field.name) for field in dataclasses.fields(provider)}
    return {name: value for name, value in values.items() if isinstance(value, Fact)}


@pytest.fixture(params=sorted(EXPECTED))
def provider(request: pytest.FixtureRequest) -> Provider:
    return load_provider(request.param)


def test_all_providers_are_there() -> None:
    assert set(provider_ids()) >= EXPECTED


class TestEveryFile:
    def test_is_named_after_its_id(self, provider: Provider) -> None:
        assert provider.id in provider_ids()
        assert provider is load_provider(provider.id)

    def test_gives_a_reason_and_a_source_in_each_section(self, provider: Provider) -> None:
        for name, fact in facts(provider).items():
            assert len(fact.reason) > 10, name
            assert re.match(r"https://|Measured on ", fact.source), name

    def test_speaks_of_addressing_and_checksums_as_the_sdk_does(self, provider: Provider) -> None:
        assert provider.endpoint.addressing in ("path", "virtual")
        assert provider.integrity.checksums in ("when_required", "when_supported")

    def test_promises_nothing_on_a_multipart_upload_that_it_does_not_promise_on_a_put(self, provider: Provider) -> None:
        assert provider.create.put or not provider.create.multipart

    def test_dates_its_prices(self, provider: Provider) -> None:
        apart = {"as_of", "region", "reason", "source", "offers", "egress_per_stored"}
        fields = {field.name for field in dataclasses.fields(Prices)} - apart
        known = [getattr(provider.prices, name) is not None for name in fields]
        assert (provider.prices.as_of is not None) == any(known)

    def test_offers_more_for_more_money(self, provider: Provider) -> None:
        offers = provider.prices.offers
        assert list(offers) == sorted(offers, key=lambda offer: (offer.month, offer.stored_gb))
        assert all(offer.name for offer in offers) or len(offers) < 2
        assert provider.prices.as_of is not None or not offers

    def test_sends_parts_of_an_allowed_size(self, provider: Provider) -> None:
        assert provider.multipart.min_part <= provider.traits.part_size <= provider.multipart.max_part

    def test_has_an_alphabet_that_the_escape_fits_in(self, provider: Provider) -> None:
        name = "a/ü b+%#~日\r\n\x01.jpg"
        assert name_for(key_for(name, provider.traits.key_rules), provider.traits.key_rules) == name

    def test_has_endpoint_templates_that_lead_back_to_their_parameters(self, provider: Provider) -> None:
        for template in provider.endpoint.templates:
            parameters = dict.fromkeys(re.findall(r"\{(\w+)\}", template), "some-place-1")
            assert provider.endpoint_parameters(template.format(**parameters) + "/") == parameters


class TestParsing:
    def test_the_smallest_file_promises_nothing(self) -> None:
        traits = parse_provider(SMALLEST, where="x.toml").traits
        assert (traits.atomic_create, traits.atomic_multipart_create, traits.etag) == (False, False, ETag.OPAQUE)
        assert traits.checked_digests == frozenset()

    @pytest.mark.parametrize(
        ("change", "complaint"),
        [
            ('surprise = "!"\n', "x.toml: unknown surprise"),
            ("[endpoint.extra]\na = 1\n", "x.toml: endpoint: unknown extra"),
            ("[keys.rules]\nmax_byte = 1\n", "x.toml: keys: rules: unknown max_byte"),
        ],
    )
    def test_unknown_keys_are_refused_by_name(self, change: str, complaint: str) -> None:
        text = SMALLEST + "\n" + change if change.startswith("[") else change + SMALLEST
        with pytest.raises(ConfigError, match=re.escape(complaint)):
            parse_provider(text, where="x.toml")

    def test_a_section_without_a_reason_is_refused(self) -> None:
        with pytest.raises(ConfigError, match="endpoint: reason is missing"):
            parse_provider(SMALLEST.replace('[endpoint]\nreason = "because"', "[endpoint]"), where="x.toml")

    @pytest.mark.parametrize("value", ['"1000"', "true", "1.5"])
    def test_a_value_of_another_type_is_refused(self, value: str) -> None:
        with pytest.raises(ConfigError, match="batch"):
            parse_provider(SMALLEST.replace("[deletion]", f"[deletion]\nbatch = {value}"), where="x.toml")


def test_an_unknown_provider_is_answered_with_the_known_ones() -> None:
    with pytest.raises(ConfigError, match="Known providers: b2, ceph") as caught:
        load_provider("s4")
    assert "'s4'" in str(caught.value)


def test_amazon_alone_needs_to_be_told_its_region_and_finds_its_endpoint() -> None:
    s3 = load_provider("s3")
    assert (s3.endpoint.sdk_default, s3.endpoint.global_names, s3.endpoint.default_region) == (True, True, "")


def test_services_known_to_ignore_or_refuse_conditions_promise_no_atomic_create() -> None:
    for id in ("b2", "supabase", "supabase-s3", "gcs-s3", "s3-compatible"):
        assert not load_provider(id).traits.atomic_create, id
