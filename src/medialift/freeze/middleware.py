"""Tells users that uploads are frozen, before a form is worked on or when a view could not save."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template import TemplateDoesNotExist, TemplateSyntaxError
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.deprecation import MiddlewareMixin

from medialift.errors import UploadsFrozenError
from medialift.freeze.flag import Flag

TEMPLATE = "medialift/frozen.html"
PLAIN = "Uploads are paused for a moment. Nothing of yours was changed. Please try again in {rest} seconds.\n"
UPLOADS = "multipart/form-data"
"""What every browser sends files as: https://html.spec.whatwg.org/multipage/form-control-infrastructure.html"""


class FreezeMiddleware(MiddlewareMixin):
    """Answers 503 with ``Retry-After`` while uploads are frozen, and lets everything else through.

    A request that carries files is answered before any view begins to work on it; a view that saves a file
    in another way ends here by its :class:`~medialift.errors.UploadsFrozenError`. Browsers get the template
    ``medialift/frozen.html``, which a site may replace; clients that ask for JSON get an object.
    """

    def process_request(self, request: HttpRequest) -> HttpResponse | None:
        if request.content_type != UPLOADS:
            return None
        frozen = self._flag.frozen()
        return answer(request, frozen.rest(timezone.now())) if frozen else None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, UploadsFrozenError):
            return answer(request, exception.retry_after)
        return None

    @property
    def _flag(self) -> Flag:
        flag: Flag = self.__dict__.setdefault("_freeze_flag", Flag())
        return flag


def answer(request: HttpRequest, rest: int) -> HttpResponse:
    """The answer to *request* while uploads are frozen for about *rest* more seconds."""
    response = _json(rest) if _wants_json(request) else _page(request, rest)
    response["Retry-After"] = str(rest)
    add_never_cache_headers(response)
    return response


def _wants_json(request: HttpRequest) -> bool:
    accepted = request.headers.get("Accept", "")
    return "application/json" in accepted and "text/html" not in accepted


def _json(rest: int) -> HttpResponse:
    said = {"error": "uploads_frozen", "detail": PLAIN.format(rest=rest).strip(), "retry_after": rest}
    return JsonResponse(said, status=503)


def _page(request: HttpRequest, rest: int) -> HttpResponse:
    try:
        return HttpResponse(render_to_string(TEMPLATE, {"rest": rest}, request), status=503)
    except (TemplateDoesNotExist, TemplateSyntaxError):
        return HttpResponse(PLAIN.format(rest=rest), status=503, content_type="text/plain; charset=utf-8")
