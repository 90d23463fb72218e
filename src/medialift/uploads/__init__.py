"""Direct uploads: the browser sends a file to the bucket, and the site looks at it before a row holds it."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from medialift.uploads.incoming import FOLDER, abandoned, sweep, unfinished

if TYPE_CHECKING:
    from medialift.uploads.current import UploadsMiddleware
    from medialift.uploads.forms import DirectUploadField, MultipleDirectUploadField
    from medialift.uploads.received import Received
    from medialift.uploads.steps import claim
    from medialift.uploads.views import DirectUploadView
    from medialift.uploads.widgets import DirectUploadInput, MultipleDirectUploadInput

__all__ = [
    "FOLDER",
    "DirectUploadField",
    "DirectUploadInput",
    "DirectUploadView",
    "MultipleDirectUploadField",
    "MultipleDirectUploadInput",
    "Received",
    "UploadsMiddleware",
    "abandoned",
    "claim",
    "sweep",
    "unfinished",
]

_LATER = {
    "DirectUploadField": "forms",
    "DirectUploadInput": "widgets",
    "DirectUploadView": "views",
    "MultipleDirectUploadField": "forms",
    "MultipleDirectUploadInput": "widgets",
    "Received": "received",
    "UploadsMiddleware": "current",
    "claim": "steps",
}
"""What needs Django's users: sweeping does not, and sites without them sweep too."""


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_LATER[name]}"), name)
