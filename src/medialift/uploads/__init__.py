"""Direct uploads: the browser sends a file to the bucket, and the site looks at it before a row holds it."""

from __future__ import annotations

from medialift.uploads.incoming import FOLDER, abandoned, sweep
from medialift.uploads.steps import claim
from medialift.uploads.views import DirectUploadView

__all__ = ["FOLDER", "DirectUploadView", "abandoned", "claim", "sweep"]
