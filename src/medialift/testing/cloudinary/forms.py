"""What arrives in the body of a POST: fields, and a file among them."""

from __future__ import annotations

from collections.abc import Iterator
from email.message import Message
from urllib.parse import parse_qsl

from medialift.testing.wire import Request

Form = dict[str, str]


def read_form(request: Request) -> tuple[Form, bytes | None]:
    """The fields, and the bytes of the one named ``file``."""
    header = Message()
    header["Content-Type"] = request.content_type or ""
    if header.get_content_type() != "multipart/form-data":
        return dict(parse_qsl(request.body.decode(), True)), None
    fields: Form = {}
    file: bytes | None = None
    for name, data in _parts(request.body, str(header.get_param("boundary"))):
        if name == "file":
            file = data
        else:
            fields[name] = data.decode()
    return fields, file


def _parts(body: bytes, boundary: str) -> Iterator[tuple[str, bytes]]:
    """The parts of a form (RFC 7578)."""
    for part in body.split(b"--" + boundary.encode())[1:-1]:
        head, _, data = part.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        disposition = Message()
        for line in head.decode().split("\r\n"):
            if line.lower().startswith("content-disposition:"):
                disposition["Content-Disposition"] = line.partition(":")[2].strip()
        name = disposition.get_param("name", header="content-disposition")
        yield str(name), data.removesuffix(b"\r\n")
