"""Which region of a provider is the nearest to where a site runs."""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType

from medialift.providers import Provider, load_provider

AMAZON = "s3"
AMAZONS_OWN = ("AWS_REGION", "AWS_DEFAULT_REGION")

FLY: Mapping[str, str] = MappingProxyType(
    {
        "ams": "Amsterdam",
        "arn": "Stockholm",
        "bom": "Mumbai",
        "cdg": "Paris",
        "dfw": "Dallas",
        "ewr": "New York",
        "fra": "Frankfurt",
        "gru": "Sao Paulo",
        "iad": "Ashburn",
        "jnb": "Johannesburg",
        "lax": "Los Angeles",
        "lhr": "London",
        "nrt": "Tokyo",
        "ord": "Chicago",
        "sin": "Singapore",
        "sjc": "San Jose",
        "syd": "Sydney",
        "yyz": "Toronto",
    }
)
"""Fly.io's regions: https://fly.io/docs/reference/regions/."""

CITIES: Mapping[str, tuple[float, float]] = MappingProxyType(
    {
        "Amsterdam": (52.4, 4.9),
        "Ashburn": (39.0, -77.5),
        "Bangalore": (13.0, 77.6),
        "Chicago": (41.9, -87.6),
        "Columbus": (40.0, -83.0),
        "Dallas": (32.8, -96.8),
        "Dublin": (53.3, -6.3),
        "Falkenstein": (50.5, 12.4),
        "Frankfurt": (50.1, 8.7),
        "Helsinki": (60.2, 24.9),
        "Johannesburg": (-26.2, 28.0),
        "London": (51.5, -0.1),
        "Los Angeles": (34.1, -118.2),
        "Milan": (45.5, 9.2),
        "Montreal": (45.5, -73.6),
        "Mumbai": (19.1, 72.9),
        "New York": (40.7, -74.0),
        "Nuremberg": (49.5, 11.1),
        "Osaka": (34.7, 135.5),
        "Paris": (48.9, 2.4),
        "Phoenix": (33.4, -112.1),
        "Portland": (45.5, -122.7),
        "Reston": (39.0, -77.4),
        "Sacramento": (38.6, -121.5),
        "San Francisco": (37.8, -122.4),
        "San Jose": (37.3, -121.9),
        "Sao Paulo": (-23.6, -46.6),
        "Seoul": (37.6, 127.0),
        "Singapore": (1.4, 103.8),
        "Stockholm": (59.3, 18.1),
        "Sydney": (-33.9, 151.2),
        "Tokyo": (35.7, 139.7),
        "Toronto": (43.7, -79.4),
        "Warsaw": (52.2, 21.0),
    }
)
"""Latitude and longitude in degrees."""


def nearest(provider: Provider, environment: Mapping[str, str]) -> str:
    """The region, by what the platform tells of itself; empty where nothing does, or where nobody can choose.

    A site that runs at Amazon keeps to its own region of S3, whichever that is.
    """
    amazons = next((environment[name] for name in AMAZONS_OWN if environment.get(name)), "")
    if amazons and provider.id == AMAZON:
        return amazons
    regions = provider.regions
    city = _city(amazons, environment.get("FLY_REGION", ""))
    if regions is None or regions.of_account or not city:
        return ""
    return min(regions.cities, key=lambda region: _degrees(CITIES[city], CITIES[regions.cities[region]]))


def _city(amazons: str, flys: str) -> str:
    known = load_provider(AMAZON).regions
    return (known.cities.get(amazons, "") if known else "") or FLY.get(flys, "")


def _degrees(one: tuple[float, float], other: tuple[float, float]) -> float:
    """The angle between two places, by the haversine formula."""
    (lat, lon), (lat2, lon2) = ((math.radians(a), math.radians(b)) for a, b in (one, other))
    half = math.sin((lat2 - lat) / 2) ** 2 + math.cos(lat) * math.cos(lat2) * math.sin((lon2 - lon) / 2) ** 2
    return math.degrees(2 * math.asin(math.sqrt(half)))
