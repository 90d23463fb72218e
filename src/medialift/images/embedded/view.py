"""Where browsers ask for a rendition: it is made if need be, and then fetched from the bucket."""

from __future__ import annotations

import logging
import time
from datetime import timedelta
from typing import Any

from django.core.exceptions import SuspiciousOperation, ValidationError
from django.core.files.storage import Storage
from django.core.signing import BadSignature
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.views.generic.base import View

from medialift.bridge.opened import store_of
from medialift.downloads.delivery import Delivery
from medialift.downloads.served import Served
from medialift.downloads.streaming import stream
from medialift.downloads.views import NOTHING
from medialift.errors import InvalidKeyError, NotFoundError, TooLargeError
from medialift.images.embedded.keeping import Rendition, rendition
from medialift.images.embedded.render import LIMITS
from medialift.images.embedded.tickets import Ticket, opened
from medialift.images.engines.access import lasting_of
from medialift.storage import MediaStorage
from medialift.stores.base import PublicUrls, ReadsPaths, capability
from medialift.validators import ImageContent

log = logging.getLogger("medialift.images")


class RenditionView(View):
    """Gives what an address of the embedded engine names, and nothing else.

    *delivery* is ``None`` (a redirect to the bucket, or the bytes where the files lie on the site's own disk)
    or an object of ``medialift.downloads``, such as ``Nginx()``. *max_age* is how many seconds a public redirect
    may be kept, and a replaced or deleted original is still shown at most. *limits* are what an original may be.
    """

    http_method_names = ("get", "head", "options")
    delivery: Delivery | None = None
    max_age = 3600
    limits: ImageContent = LIMITS

    def get(self, request: HttpRequest, signature: str, target: str) -> HttpResponseBase:
        try:
            ticket = opened(signature, target)
            storage = ticket.storage
            lasting = lasting_of(storage)
            if lasting is not None and ticket.until is None:
                raise NotFoundError("the address was printed while the file was public", key=ticket.name)
            made = rendition(storage, ticket.name, ticket.wished, public=lasting is None, limits=self.limits)
            return self._answer(request, storage, ticket, made, lasting)
        except (BadSignature, LookupError, NotFoundError, InvalidKeyError, SuspiciousOperation):
            raise Http404(NOTHING) from None
        except (ValidationError, TooLargeError) as error:
            log.warning("%r cannot be resized: %s", ticket.name, "; ".join(getattr(error, "messages", [str(error)])))
            return HttpResponse("This image cannot be shown in another size.", "text/plain; charset=utf-8", 415)

    def _answer(
        self, request: HttpRequest, storage: Storage, ticket: Ticket, made: Rendition, lasting: timedelta | None
    ) -> HttpResponseBase:
        if made.unkept is not None:
            return _unkept(made.unkept, ticket)
        kept = self._cache_control(ticket, lasting)
        if self.delivery is None and _has_address(storage):
            response = HttpResponseRedirect(storage.url(made.name))
            response["Cache-Control"] = kept
            return response
        served = Served(storage, made.name, made.name.rpartition("/")[2], "inline", cache_control=kept)
        return self.delivery.answer(request, served) if self.delivery is not None else stream(request, served)

    def _cache_control(self, ticket: Ticket, lasting: timedelta | None) -> str:
        """Nothing is kept for longer than the address that it was asked under, or leads to, is good for."""
        if lasting is None or ticket.until is None:
            return f"public, max-age={self.max_age}"
        left = min(ticket.until - int(time.time()), int(lasting.total_seconds()), self.max_age)
        return f"private, max-age={max(0, left)}"


def _unkept(data: bytes, ticket: Ticket) -> HttpResponse:
    response = HttpResponse(data, ticket.wished.format.media_type)
    response["Cache-Control"] = "private, max-age=60"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _has_address(storage: Any) -> bool:
    """Whether browsers reach its files without this process. Folders are for development, or for nginx."""
    store = store_of(storage)
    if not isinstance(storage, MediaStorage):
        return capability(store, ReadsPaths) is None
    return storage.signs or capability(store, PublicUrls) is not None
