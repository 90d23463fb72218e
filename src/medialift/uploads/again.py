"""A form that was valid, and whose file somebody else took before it was saved: the same form, sent twice at once."""

from __future__ import annotations

import logging
from typing import Any

from asgiref.sync import async_to_sync, iscoroutinefunction
from django.core.exceptions import ValidationError
from django.core.handlers.base import BaseHandler
from django.http import HttpRequest, HttpResponseBase

log = logging.getLogger("medialift.uploads")


class NotTakenError(ValidationError):
    """The file of a form cannot be taken any more, although it could when the form was looked at."""


def answered_again(request: HttpRequest) -> HttpResponseBase | None:
    """What the view says of the same form now: that its file is taken. ``None`` where it cannot be asked again.

    Nothing of the form was saved with the file. Asked once more, its field refuses the receipt, and the visitor
    gets the page of a form that is wrong, as if this request had come a moment later.
    """
    match: Any = request.resolver_match
    try:
        for _name, files in request.FILES.lists():
            for file in files:
                file.seek(0)
        view = BaseHandler().make_view_atomic(match.func)
        asked = async_to_sync(view) if iscoroutinefunction(view) else view
        answer: HttpResponseBase = asked(request, *match.args, **match.kwargs)
    except Exception:
        log.info("The form at %s was sent twice at once, and cannot be asked again.", request.path, exc_info=True)
        return None
    return answer
