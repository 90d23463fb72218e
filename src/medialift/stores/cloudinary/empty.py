"""How an empty file is kept by a service that takes none.

Source: https://github.com/cloudinary/pycloudinary/issues/235 ("Empty file"), and Cloudinary's own driver
for rclone, which refuses to upload them.
"""

from __future__ import annotations

import hashlib

MARKER = b"medialift keeps an empty file here, which Cloudinary cannot.\n"
"""What stands in its place: nobody else's file, so a body that reads so is refused."""

MARKER_MD5 = hashlib.md5(MARKER, usedforsecurity=False).hexdigest()
EMPTY_MD5 = hashlib.md5(b"", usedforsecurity=False).hexdigest()
