"""Web servers in front of a Django site: nginx and Apache from Debian, and the site's own WSGI server."""

from __future__ import annotations

import contextlib
import os
import socketserver
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from wsgiref.simple_server import ServerHandler, WSGIRequestHandler, WSGIServer

from django.core.handlers.wsgi import WSGIHandler
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from tests.servers.missing import missing
from tests.servers.process import LOOPBACK, accepts, find_program, free_port, running

HOW_TO_GET_IT = "apt-get install nginx-light apache2-bin libapache2-mod-xsendfile"


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the answer is what the tests look at."""


class _Threading(socketserver.ThreadingMixIn, WSGIServer):
    daemon_threads = True
    database: BaseDatabaseWrapper | None = None

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        if self.database is not None:
            connections[self.database.alias] = self.database
        super().process_request_thread(request, client_address)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that hangs up is none; what a view raises is answered, and told by Django."""


@contextlib.contextmanager
def site(application: Any = None, database: BaseDatabaseWrapper | None = None) -> Iterator[int]:
    """The port of this process's own Django, as it is set up at the moment.

    Its threads share the connection *database*, where an in-memory one would be empty for each of them.
    """
    ServerHandler.http_version = "1.1"
    server = _Threading((LOOPBACK, free_port()), _Quiet)
    server.set_app(application or WSGIHandler())
    server.database = database
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    if database is not None:
        database.inc_thread_sharing()
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
        if database is not None:
            database.dec_thread_sharing()


@contextlib.contextmanager
def nginx(folder: Path, locations: str, site_port: int) -> Iterator[str]:
    """nginx in front of the site, with *locations* in its server block; gives its origin."""
    program, port = find_program("nginx"), free_port()
    if program is None:
        missing("nginx", HOW_TO_GET_IT)
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    user = "user root;" if os.geteuid() == 0 else ""
    written = folder / "nginx.conf"
    written.write_text(
        f"""{user} daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/nginx-error.log info;
events {{ worker_connections 64; }}
http {{
    access_log off; {temporary}
    server {{
        listen {LOOPBACK}:{port};
        location / {{ proxy_pass http://{LOOPBACK}:{site_port}; proxy_set_header Host testserver; }}
{locations}
    }}
}}
""",
        encoding="utf-8",
    )
    command = [program, "-p", str(folder), "-c", str(written), "-e", str(folder / "nginx-start.log")]
    with running("nginx", command, log=folder / "nginx.log") as process:
        process.wait_until(lambda: accepts(port), seconds=20)
        yield f"http://{LOOPBACK}:{port}"


@contextlib.contextmanager
def apache(folder: Path, served: Path, site_port: int) -> Iterator[str]:
    """Apache in front of the site, with X-Sendfile for the folder *served*; gives its origin."""
    program, port = find_program("apache2"), free_port()
    modules = Path("/usr/lib/apache2/modules")
    if program is None or not (modules / "mod_xsendfile.so").exists():
        missing("Apache with mod_xsendfile", HOW_TO_GET_IT)
    loaded = ("mpm_event", "authz_core", "proxy", "proxy_http", "xsendfile", "mime")
    lines = [f"LoadModule {name}_module {modules}/mod_{name}.so" for name in loaded]
    written = folder / "apache.conf"
    written.write_text(
        "\n".join(lines)
        + f"""
ServerRoot {folder}
ServerName testserver
PidFile {folder}/apache.pid
ErrorLog {folder}/apache-error.log
DefaultRuntimeDir {folder}
TypesConfig /dev/null
Listen {LOOPBACK}:{port}
{"User www-data" if os.geteuid() == 0 else ""}
XSendFile on
XSendFilePath {served}
ProxyPreserveHost off
ProxyPass / http://{LOOPBACK}:{site_port}/ nocanon
""",
        encoding="utf-8",
    )
    command = [program, "-f", str(written), "-DFOREGROUND"]
    with running("apache", command, log=folder / "apache.log") as process:
        process.wait_until(lambda: accepts(port), seconds=20)
        yield f"http://{LOOPBACK}:{port}"
