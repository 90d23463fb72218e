"""moto's server, in which a condition and the write that it guards are one step, as they are at every service.

moto looks first and writes afterwards: of two creates of one key at the same moment both can succeed.
"""

from __future__ import annotations

import io
import threading
from collections.abc import Callable, Iterable
from typing import Any

import moto.server
from werkzeug.serving import run_simple

Application = Callable[[dict[str, Any], Any], Iterable[bytes]]
CONDITIONS = ("HTTP_IF_NONE_MATCH", "HTTP_IF_MATCH")


def one_by_one(application: Application) -> Application:
    """*application*, which is asked one conditional write after the other. Their bodies are waited for before that."""
    writing = threading.Lock()

    def ask(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] not in ("PUT", "POST") or not any(name in environ for name in CONDITIONS):
            return application(environ, start_response)
        if "CONTENT_LENGTH" in environ:
            environ["wsgi.input"] = io.BytesIO(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"] or 0)))
        with writing:
            return list(application(environ, start_response))

    return ask


def serve(host: str, port: int, application: Application, **options: Any) -> None:
    run_simple(host, port, one_by_one(application), **options)


if __name__ == "__main__":
    setattr(moto.server, "run_simple", serve)  # noqa: B010 - it exports no such name
    moto.server.main()
