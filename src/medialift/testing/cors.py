"""What lets pages of another origin speak to a stand-in, as they may to the service.

Source: https://fetch.spec.whatwg.org/#http-cors-protocol
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence

from medialift.testing.wire import Request, Response

METHODS = "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT"


def preflight(request: Request, allowed: Sequence[str] | None = None) -> Response:
    """The answer to what a browser asks first. *allowed* are the headers of a request; ``None``: whatever is asked."""
    asked = request.headers.get("access-control-request-headers", "")
    headers = asked if allowed is None else ", ".join(allowed)
    told = {"Access-Control-Allow-Methods": METHODS, "Access-Control-Allow-Headers": headers}
    return opened(Response(204, {**told, "Access-Control-Max-Age": "600"}))


def opened(response: Response, exposed: Sequence[str] = ()) -> Response:
    """*response* for every origin, which may read the headers *exposed*."""
    told: Mapping[str, str] = {"Access-Control-Allow-Origin": "*"}
    if exposed:
        told = {**told, "Access-Control-Expose-Headers": ", ".join(exposed)}
    return dataclasses.replace(response, headers={**response.headers, **told})
