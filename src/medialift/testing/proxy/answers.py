"""Answers that the server never gave."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from xml.sax.saxutils import escape

from medialift.testing.proxy.exchange import Exchange


def error(
    status: int, code: str, message: str = "", *, headers: Mapping[str, str] = MappingProxyType({}), **fields: str
) -> Callable[[Exchange], None]:
    """An S3 error; *fields* are further elements of its XML body."""
    elements = {"Code": code, "Message": message, **fields, "RequestId": "FAULTPROXY"}
    xml = "".join(f"<{name}>{escape(text)}</{name}>" for name, text in elements.items())
    body = f'<?xml version="1.0" encoding="UTF-8"?>\n<Error>{xml}</Error>'.encode()
    return lambda exchange: exchange.answer(status, {**headers, "Content-Type": "application/xml"}, body)
