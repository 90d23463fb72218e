"""A stand-in for Supabase Storage's REST API: real HTTP on loopback, nothing leaves the machine.

In a test, :class:`SupabaseServer` runs it inside the process; ``python -m medialift.testing.supabase``
runs it as a command. It keeps everything in memory, checks tokens for real, and answers as the real
server was measured to: its errors come with HTTP 400, a creation is not atomic, a hidden object is
as if absent. What the real one does with images it does not do.

Measured on supabase/storage 1.70.6 (August 2026) with its disk and its S3 backend.
"""

from __future__ import annotations

from medialift.testing.supabase.policies import Policy, everybody, own_folder
from medialift.testing.supabase.project import Bucket, Project, StoredObject
from medialift.testing.supabase.server import SupabaseServer

__all__ = ["Bucket", "Policy", "Project", "StoredObject", "SupabaseServer", "everybody", "own_folder"]
