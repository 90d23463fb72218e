"""Direct uploads in Django's admin, also in its inlines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib.admin.options import InlineModelAdmin
from django.http import HttpRequest
from django.urls import path, reverse
from django.urls.resolvers import URLPattern

from medialift.uploads.forms import DirectUploadField
from medialift.uploads.views import DirectUploadView
from medialift.uploads.widgets import DirectUploadInput


class DirectUploads:
    """For a ``ModelAdmin`` or an inline: the fields in ``direct_uploads`` send their files straight to the bucket.

    ``class InvoiceAdmin(DirectUploads, admin.ModelAdmin): direct_uploads = ["pdf"]``. An inline needs it on the
    ``ModelAdmin`` around it too, which has the addresses. Whoever may add or change a row may send files for it.
    """

    direct_uploads: Sequence[str] = ()
    model: Any
    admin_site: Any

    def get_urls(self) -> list[URLPattern]:
        inlines = [inline(self.model, self.admin_site) for inline in getattr(self, "inlines", ())]
        taking = [self, *(inline for inline in inlines if isinstance(inline, DirectUploads))]
        return [*(url for one in taking for url in one.upload_urls()), *super().get_urls()]  # type: ignore[misc]

    def upload_urls(self) -> list[URLPattern]:
        """One address for each field."""
        return [
            path(
                f"upload/{self.model._meta.label_lower}/{name}/",
                self.admin_site.admin_view(
                    DirectUploadView.as_view(field=f"{self.model._meta.label}.{name}", permission=self._may_upload)
                ),
                name=self._url_name(name),
            )
            for name in self.direct_uploads
        ]

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest | None, **kwargs: Any) -> Any:
        if db_field.name in self.direct_uploads:
            to = reverse(f"admin:{self._url_name(db_field.name)}", current_app=self.admin_site.name)
            kwargs = {"form_class": DirectUploadField, "widget": DirectUploadInput, "to": to, **kwargs}
        return super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]

    def _may_upload(self, request: HttpRequest, row: Any) -> bool:
        asked: Any = self
        wants_row = isinstance(self, InlineModelAdmin)
        may_add = asked.has_add_permission(request, row) if wants_row else asked.has_add_permission(request)
        return bool(may_add or asked.has_change_permission(request, row))

    def _url_name(self, name: str) -> str:
        return f"{self.model._meta.app_label}_{self.model._meta.model_name}_{name}_upload"
