"""Stores that break the contract, each in one way; ``noticed_by`` names the tests that must fail."""

from __future__ import annotations
