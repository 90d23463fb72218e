"""Views that give a file to those who may have it, and tell nothing to all others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

from django.core.exceptions import ImproperlyConfigured, ObjectDoesNotExist, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponseBase
from django.views.generic.base import View
from django.views.generic.detail import SingleObjectMixin

from medialift.conf import parse
from medialift.downloads.delivery import BY_NAME, Delivery
from medialift.downloads.permissions import Permission, allows
from medialift.downloads.served import Served
from medialift.errors import InvalidKeyError, NotFoundError
from medialift.storage.routes import behind, unwrapped

if TYPE_CHECKING:
    OneObject = SingleObjectMixin[Any]
else:
    OneObject = SingleObjectMixin  # generic only to type checkers

NOTHING = "There is nothing here for you."
"""The one answer to all who get nothing, whatever the reason."""


class DownloadView(View):
    """Finds a row and its file, asks *permission*, and delivers.

    Who may not have a file gets the answer of a file that does not exist, after the same work: the
    bucket is asked only once permission is given. Override :meth:`get_row`, :meth:`get_file`,
    :meth:`get_filename` or :meth:`may_download`.

    *delivery* is ``"redirect"``, ``"stream"``, ``"nginx"``, ``"apache"`` or an object of
    ``medialift.downloads.delivery``; *expires* how long a signed address lasts; *disposition*
    ``"auto"``, ``"attachment"`` or ``"inline"``. With *login*, visitors who are not signed in are
    sent to the login page, for every address alike.
    """

    http_method_names = ("get", "head", "options")
    permission: Permission | None = None
    delivery: str | Delivery = "redirect"
    expires: object = "1m"
    disposition = "auto"
    cache_control = "private, no-cache"
    login = False

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        # Asked also where no row is found: whether the session was looked at is told by the header Vary.
        signed_in = getattr(getattr(request, "user", None), "is_authenticated", False)
        if self.login and not signed_in:
            from django.contrib.auth.views import redirect_to_login  # needs Django's users, which not every site has

            return redirect_to_login(request.get_full_path())
        row = self._row()
        if not self.may_download(request, row):
            self.refuse()
        try:
            return self._delivery().answer(request, self._served(row))
        except (NotFoundError, InvalidKeyError, SuspiciousOperation):
            self.refuse()

    # ── to override ──────────────────────────────────────────────────────────────────────────

    def get_row(self) -> Any:
        """The row that the file belongs to, or ``None``; raise ``Http404`` for none."""
        return None

    def get_file(self, row: Any) -> tuple[Any, str]:
        """The storage and the name of the file; raise ``Http404`` where the row has none."""
        raise NotImplementedError

    def get_filename(self, row: Any, name: str) -> str:
        """The name under which browsers save the file."""
        return name.rpartition("/")[2]

    def may_download(self, request: HttpRequest, row: Any) -> bool:
        """Whether this visitor may have it."""
        if self.permission is None:
            raise ImproperlyConfigured(f"{type(self).__name__} says nobody may download: set its permission")
        # A function that is a class attribute would become a method, and get the view as its request.
        chosen = vars(self).get("permission") or _unbound(type(self))
        return row is not MISSING and allows(chosen, request, row)

    # ── inside ───────────────────────────────────────────────────────────────────────────────

    def refuse(self) -> NoReturn:
        """The same answer for what may not be had and for what is not there."""
        raise Http404(NOTHING)

    def _row(self) -> Any:
        try:
            return self.get_row()
        except (Http404, ObjectDoesNotExist, ValueError, OverflowError):
            return MISSING

    def _served(self, row: Any) -> Served:
        storage, name = self.get_file(row)
        return Served(
            unwrapped(behind(storage, name)),
            name,
            self.get_filename(row, name),
            self.disposition,
            parse.duration(self.expires),
            self.cache_control,
        )

    def _delivery(self) -> Delivery:
        if not isinstance(self.delivery, str):
            return self.delivery
        if self.delivery not in BY_NAME:
            raise ImproperlyConfigured(f"delivery is one of {', '.join(BY_NAME)}, not {self.delivery!r}")
        return BY_NAME[self.delivery]


MISSING = object()
"""The row of an address that belongs to none."""


class ObjectDownload(OneObject, DownloadView):
    """The file of one row: ``path("invoices/<int:pk>/", ObjectDownload.as_view(model=Invoice, field="pdf", …))``."""

    field = "file"

    def get_row(self) -> Any:
        return self.get_object()

    def get_file(self, row: Any) -> tuple[Any, str]:
        file = getattr(row, self.field)
        if not file:
            self.refuse()
        return file.storage, str(file.name)


def _unbound(kind: type[DownloadView]) -> Permission:
    for base in kind.__mro__:
        if (found := vars(base).get("permission")) is not None:
            permission: Permission = found.__func__ if isinstance(found, staticmethod) else found
            return permission
    raise AssertionError("may_download() asked before")
