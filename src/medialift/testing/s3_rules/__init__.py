"""How services differ from Amazon's S3, as rules of a :class:`~medialift.testing.proxy.Proxy` before a real server.

::

    with Proxy(moto_url, *r2_rules()) as r2:
        ...

    r2.py         Cloudflare R2
    b2.py         Backblaze B2
    supabase.py   Supabase Storage by its S3 protocol
    common.py     what several of them refuse

Each rule names the page or the measurement that it comes from. None of them was compared with a live
account. Rules that change a request (R2's folding of keys, Supabase's ignored headers) break its
signature: the server behind must be one that checks none, such as moto's.
"""

from __future__ import annotations

from medialift.testing.s3_rules.b2 import b2_rules
from medialift.testing.s3_rules.r2 import r2_rules
from medialift.testing.s3_rules.supabase import as_supabase

__all__ = ["as_supabase", "b2_rules", "r2_rules"]
