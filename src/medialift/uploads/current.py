"""The request that is being answered: a form knows none, and a receipt belongs to its visitor."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponseBase

from medialift.uploads.again import NotTakenError, answered_again

_current: ContextVar[HttpRequest | None] = ContextVar("medialift_uploads_request", default=None)

Answer = HttpResponseBase | Awaitable[HttpResponseBase]


class UploadsMiddleware:
    """Lets form fields see whose receipt they are given. It may stand anywhere in ``MIDDLEWARE``.

    Where the same form is sent twice at once, the slower request gets the form again with a message, and no error 500.
    """

    sync_capable = async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        self.get_response = get_response
        if iscoroutinefunction(get_response):
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> Answer:
        if iscoroutinefunction(self.get_response):
            return self._answered(request)
        with answering(request):
            answer: HttpResponseBase = self.get_response(request)
            return answer

    async def _answered(self, request: HttpRequest) -> HttpResponseBase:
        with answering(request):
            answer: HttpResponseBase = await self.get_response(request)
            return answer

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponseBase | None:
        return answered_again(request) if isinstance(exception, NotTakenError) else None


@contextmanager
def answering(request: HttpRequest) -> Iterator[None]:
    """Let *request* be the current one for the time of the block: for a form that is used outside of a view."""
    token = _current.set(request)
    try:
        yield
    finally:
        _current.reset(token)


def current_request() -> HttpRequest:
    """The request that is being answered. Raises ``ImproperlyConfigured`` where nobody noted it."""
    request = _current.get()
    if request is None:
        raise ImproperlyConfigured(
            "a form that takes direct uploads has to know its visitor: "
            "add 'medialift.uploads.UploadsMiddleware' to MIDDLEWARE"
        )
    return request


def csp_nonce() -> str:
    """The nonce of the page's Content-Security-Policy, of Django's own or django-csp's; empty without one."""
    request = _current.get()
    # Both make it when it is first shown, and have no truth value before that.
    for name in ("csp_nonce", "_csp_nonce"):
        if (nonce := getattr(request, name, None)) is not None:
            return str(nonce)
    return ""
