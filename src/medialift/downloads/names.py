"""Downloads by the file's name, and the old addresses below MEDIA_URL."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.apps import apps
from django.core.exceptions import ImproperlyConfigured, SuspiciousOperation
from django.core.files.storage import Storage, storages
from django.db.models.fields.files import FieldFile
from django.http import Http404, HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.utils.encoding import filepath_to_uri

from medialift.downloads.delivery import Stream
from medialift.downloads.permissions import anyone
from medialift.downloads.views import DownloadView
from medialift.errors import InvalidKeyError, NotFoundError
from medialift.keys import clean_name
from medialift.storage import MediaStorage
from medialift.storage.routes import behind, unwrapped

MOST_ROWS = 20
"""So many rows that hold one name are asked for permission."""


class NameDownload(DownloadView):
    """The file with the name in the address: ``path("files/<path:name>", NameDownload.as_view(…))``.

    *storage* is an alias of ``STORAGES``. *fields*, such as ``["shop.Invoice.pdf"]``, are where the row
    is looked for that holds the name; a name that no row holds is nobody's. Without *fields* there is
    no row, and *permission* gets ``None``: it has to judge by the request alone.

    A name that is not written as it is stored (``a/../b``, ``a//b``, ``./a``) is no name.
    """

    storage = "default"
    fields: Sequence[str] = ()
    _allowed: FieldFile | None = None

    def get_row(self) -> Any:
        """The fields that hold the name, each with its row; ``None`` where the view has no rows."""
        name = self._name()
        if not self.fields:
            return None
        if not (found := list(self._holders(name))):
            raise Http404
        return found

    def may_download(self, request: HttpRequest, row: Any) -> bool:
        """Whether one of the rows that hold the name lets this visitor have it."""
        if not isinstance(row, list):
            return super().may_download(request, row)
        allowed = (file for file in row if super(NameDownload, self).may_download(request, file.instance))
        self._allowed = next(allowed, None)
        return self._allowed is not None

    def get_file(self, row: Any) -> tuple[Any, str]:
        # Two fields may hold one name in two storages: only the one that was asked about is served.
        return (storages[self.storage] if self._allowed is None else self._allowed.storage), self._name()

    def _holders(self, name: str) -> Iterator[FieldFile]:
        for place in self.fields:
            model, _, field = place.rpartition(".")
            for row in _model(model)._default_manager.filter(**{field: name}).order_by("pk")[:MOST_ROWS]:
                # MariaDB takes A for a: only the very same name is the same file.
                if str(getattr(row, field).name) == name:
                    yield getattr(row, field)

    def _name(self) -> str:
        name = str(self.kwargs["name"])
        if not name or "\\" in name or "\0" in name or clean_name(name) != name:
            raise Http404
        return name


class OldLinks(NameDownload):
    """Addresses below the old ``MEDIA_URL`` go on working: ``path("media/<path:name>", OldLinks.as_view())``.

    Where the storage's access is public, they lead to its plain addresses, without a look at the
    bucket; a folder that is served from this very address is streamed. Private files need a
    *permission*, as everywhere. The redirect is a temporary one: the files may come back.
    """

    max_age = 3600
    """Seconds for which browsers and caches may keep the redirect to a public address."""

    def may_download(self, request: HttpRequest, row: Any) -> bool:
        if self.permission is None and self._is_public():
            return anyone(request, row)
        return super().may_download(request, row)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self.permission is not None or not self._is_public():
            return super().get(request, *args, **kwargs)
        storage: Storage = storages[self.storage]
        try:
            address = storage.url(self._name())
        except (InvalidKeyError, SuspiciousOperation):
            self.refuse()
        if address.partition("?")[0] in (filepath_to_uri(request.path), request.build_absolute_uri(request.path)):
            return self._streamed(request)
        response = HttpResponseRedirect(address)
        response["Cache-Control"] = f"public, max-age={self.max_age}"
        return response

    def _streamed(self, request: HttpRequest) -> HttpResponseBase:
        """The file itself: its storage has it served from just this address, as a folder does in development."""
        try:
            return Stream().answer(request, self._served(None))
        except (NotFoundError, InvalidKeyError, SuspiciousOperation):
            self.refuse()

    def _is_public(self) -> bool:
        storage = unwrapped(behind(storages[self.storage], str(self.kwargs["name"])))
        return isinstance(storage, MediaStorage) and storage.options.access == "public"


def _model(path: str) -> Any:
    """The model ``app_label.Name``. Raises ``ImproperlyConfigured`` with what was expected."""
    try:
        return apps.get_model(path)
    except (LookupError, ValueError):
        raise ImproperlyConfigured(f"fields are written as app_label.Model.field, and {path!r} is no model") from None
