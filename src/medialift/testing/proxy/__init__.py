"""A proxy that stands before an S3 server: it counts what passes, and does with it what its rules say.

::

    with Proxy("http://127.0.0.1:5000", *r2_rules()) as proxy:
        store = open_store(replace(spec, provider="r2", endpoint_url=proxy.url))
        ...
        assert proxy.count("PutObject") == 4

    proxy.py      Proxy: where it listens, what arrived, which rule decides
    exchange.py   Exchange: one request in the hands of an action
    listener.py   the sockets
    request.py    Request: what arrives, read as S3
    answers.py    errors in S3's form

A rule looks at a request and gives an action, another request in its place, or ``None``. Everything
else passes unchanged, the Host header too, so that signatures stay valid.
"""

from __future__ import annotations

from medialift.testing.proxy.answers import error
from medialift.testing.proxy.exchange import Exchange, Transform
from medialift.testing.proxy.proxy import Action, Proxy, Rule
from medialift.testing.proxy.request import Request

__all__ = ["Action", "Exchange", "Proxy", "Request", "Rule", "Transform", "error"]
