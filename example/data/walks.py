"""Where the club has been: one album each, with the light it had."""

from __future__ import annotations

from dataclasses import dataclass

from example.data.pictures import Palette


@dataclass(frozen=True)
class Walk:
    """One album: where the club went, and the light there."""

    slug: str
    title: str
    story: str
    palette: Palette


WALKS = (
    Walk(
        "first-light",
        "First light",
        "Up at four, at the sluice by five.",
        Palette("#2c4a6e", "#f2b98b", "#fff0c8", "#a08fa3", "#1c2a35"),
    ),
    Walk(
        "salt-marsh",
        "Salt marsh",
        "Reeds, and nobody about.",
        Palette("#7fa6b8", "#e8e3c9", "#ffffff", "#9db09a", "#2f4034"),
    ),
    Walk(
        "night-ferry",
        "Night ferry",
        "The eleven o'clock boat, from the stern.",
        Palette("#0b1526", "#3d5576", "#e9eef7", "#33455f", "#0a1119"),
    ),
    Walk(
        "high-moor",
        "High moor",
        "Heather, wind, one thermos for nine.",
        Palette("#8fb3d1", "#f3ead9", "#fffbe8", "#a38aa6", "#43324a"),
    ),
    Walk(
        "first-snow",
        "First snow",
        "It lay for two days.",
        Palette("#9fb6c9", "#f2f4f6", "#ffffff", "#d5dee6", "#7c8d9c"),
    ),
    Walk(
        "last-light",
        "Last light",
        "The pier, before they took it down.",
        Palette("#3a2f55", "#f08a5d", "#ffd9a0", "#8a4f6d", "#201828"),
    ),
)
PHOTOGRAPHERS = ("Ada Lowell", "Bram Okafor", "Céline Aubry", "Dmitri Halloran", "Esi Brandt", "Frederik Noor")
