"""Supabase Storage by its REST API."""

from __future__ import annotations

from medialift.stores.supabase.store import SupabaseStore

__all__ = ["SupabaseStore"]
