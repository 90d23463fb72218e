"""What a :class:`~tests.servers.proxy.FaultProxy` can do to a request.

A rule looks at a request and gives an action or ``None``; :func:`when` makes one from an action and
the requests that it is meant for.
"""

from __future__ import annotations

import dataclasses
import random
import threading
from collections.abc import Iterator
from types import MappingProxyType

from medialift.testing.proxy import error as error
from tests.servers.proxy import Action, Exchange, Rule, Transform
from tests.servers.s3request import Request

# ── which requests ───────────────────────────────────────────────────────────────────────────


def when(
    action: Action,
    *,
    operation: str | None = None,
    key: str | None = None,
    skip: int = 0,
    times: int | None = None,
    chance: float = 1.0,
    seed: int = 0,
) -> Rule:
    """*action*, for requests of this *operation* and *key*: not the first *skip*, then *times* of them (all).

    With *chance*, each of them is met with that probability; the same *seed* draws the same lots.
    """
    lots, lock, met = random.Random(seed), threading.Lock(), 0

    def rule(request: Request) -> Action | None:
        nonlocal met
        if operation not in (None, request.operation) or key not in (None, request.key):
            return None
        with lock:
            if lots.random() >= chance:
                return None
            met += 1
            return action if skip < met and (times is None or met <= skip + times) else None

    return rule


def short_pages(size: int) -> Rule:
    """Have the server list *size* objects in one page; it has to be one that does not look at signatures."""

    def rule(request: Request) -> Request | None:
        if "list-type" not in request.query or "max-keys" in request.query:
            return None
        return dataclasses.replace(request, target=f"{request.target}&max-keys={size}")

    return rule


def only_region(region: str) -> Rule:
    """Refuse signatures for any other region, as Amazon S3 does and no server that runs here.

    Answers: 400 AuthorizationHeaderMalformed (or AuthorizationQueryParametersError for signed URLs)
    naming the right region; to HEAD, which can carry no error body, 301 with ``x-amz-bucket-region``.
    """

    def rule(request: Request) -> Action | None:
        signed_for = request.signed_for
        if signed_for in (None, region):
            return None
        found = MappingProxyType({"x-amz-bucket-region": region})
        if request.method == "HEAD":
            return error(301, "PermanentRedirect", headers=found)
        code = (
            "AuthorizationQueryParametersError"
            if "X-Amz-Credential" in request.query
            else "AuthorizationHeaderMalformed"
        )
        message = f"The authorization header is malformed; the region '{signed_for}' is wrong; expecting '{region}'"
        return error(400, code, message, headers=found, Region=region)

    return rule


# ── answers that the server never gave ───────────────────────────────────────────────────────


def slow_down() -> Action:
    """S3's throttling answer: 503 SlowDown."""
    return error(503, "SlowDown", "Please reduce your request rate.")


def internal_error() -> Action:
    return error(500, "InternalError", "We encountered an internal error. Please try again.")


# ── broken connections ───────────────────────────────────────────────────────────────────────


def reset() -> Action:
    """Reset the connection; the server never hears of the request."""
    return Exchange.reset


def lose_answer() -> Action:
    """Let the server do what was asked, and reset the connection instead of answering."""

    def action(exchange: Exchange) -> None:
        response = exchange.ask()
        if response is not None:
            response.read()
            exchange.reset()

    return action


def stall(seconds: float) -> Action:
    """Say nothing for a while, then go on as if nothing had been."""

    def action(exchange: Exchange) -> None:
        exchange.wait(seconds)
        exchange.forward()

    return action


def cut_upload(after: int) -> Action:
    """Break the connection when this many bytes of the request's body have passed."""
    return lambda exchange: exchange.forward(upload=_only_first(after))


def cut_download(after: int) -> Action:
    """Close the connection when this many bytes of the answer's body have passed, whatever length was announced."""
    return lambda exchange: exchange.forward(download=_only_first(after))


# ── slow and false bodies ────────────────────────────────────────────────────────────────────


def drip(piece: int, pause: float) -> Action:
    """Pass both bodies on in *piece* bytes at a time, *pause* seconds apart."""

    def action(exchange: Exchange) -> None:
        def slowly(pieces: Iterator[bytes]) -> Iterator[bytes]:
            for data in pieces:
                for start in range(0, len(data), piece):
                    exchange.wait(pause)
                    yield data[start : start + piece]

        exchange.forward(upload=slowly, download=slowly)

    return action


def flip_upload(at: int) -> Action:
    """Change one bit of the request's body, at this offset."""
    return lambda exchange: exchange.forward(upload=_flip(at))


def flip_download(at: int) -> Action:
    """Change one bit of the answer's body, at this offset: not the one of :func:`flip_upload`, which it would mend."""
    return lambda exchange: exchange.forward(download=_flip(at, 2))


def _only_first(count: int) -> Transform:
    def transform(pieces: Iterator[bytes]) -> Iterator[bytes]:
        left = count
        for piece in pieces:
            if left < len(piece):
                yield piece[:left]
                return
            left -= len(piece)
            yield piece

    return transform


def _flip(at: int, bit: int = 1) -> Transform:
    def transform(pieces: Iterator[bytes]) -> Iterator[bytes]:
        start = 0
        for piece in pieces:
            if start <= at < start + len(piece):
                changed = bytearray(piece)
                changed[at - start] ^= bit
                piece = bytes(changed)
            start += len(piece)
            yield piece

    return transform
