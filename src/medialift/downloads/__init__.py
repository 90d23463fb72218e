"""Private downloads: who may have a file, and how it reaches them."""

from __future__ import annotations

from medialift.downloads.delivery import Apache, Nginx, Redirect, Stream
from medialift.downloads.names import NameDownload, OldLinks
from medialift.downloads.permissions import (
    all_of,
    any_of,
    anyone,
    has_object_permission,
    has_permission,
    is_authenticated,
    is_owner,
    is_staff,
)
from medialift.downloads.served import Served
from medialift.downloads.views import DownloadView, ObjectDownload

__all__ = [
    "Apache",
    "DownloadView",
    "NameDownload",
    "Nginx",
    "ObjectDownload",
    "OldLinks",
    "Redirect",
    "Served",
    "Stream",
    "all_of",
    "any_of",
    "anyone",
    "has_object_permission",
    "has_permission",
    "is_authenticated",
    "is_owner",
    "is_staff",
]
