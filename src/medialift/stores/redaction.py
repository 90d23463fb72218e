"""Messages of drivers that repeat what nobody should read."""

from __future__ import annotations

UNSENDABLE = "a key holds a line break, or another character that no header may hold: copy it anew"


def shows_header(message: str) -> bool:
    """Whether *message* shows a header that could not be sent, and with it perhaps a key: h11 and http.client do."""
    return "header value" in message
