"""What a store can do, found out by trying it.

Documents lie, and services change: one takes ``If-None-Match`` and overwrites all the same, another
accepts bytes that are not those of the digest beside them. A probe writes a few objects below
``.medialift-probe/`` in the store's own place, looks at what happens, and removes them again.

::

    values.py     Probed: one Finding per Subject, with a Verdict and its evidence
    traits.py     what the findings make of a store's traits
    saved.py      Probed as JSON and back, for whoever remembers it
    run.py        the probe itself: questions in order, and the place left clean whatever happens
    bench.py      the client, the keys and the memory that the questions work with
    questions/    one file per group of questions
    verbs.py      the same through a store's own verbs, where the protocol is not S3's

The results are plain values: importing them imports no driver.
"""

from __future__ import annotations

from medialift.stores.probe.traits import traits_of
from medialift.stores.probe.values import FOLDER, LASTS, CanBeProbed, Finding, Probed, Subject, Verdict

__all__ = ["FOLDER", "LASTS", "CanBeProbed", "Finding", "Probed", "Subject", "Verdict", "traits_of"]
