"""The stand-in as a server: started on loopback, gone with the block."""

from __future__ import annotations

import threading
from functools import partial
from types import TracebackType

from medialift.testing.supabase.project import Project
from medialift.testing.supabase.routes import BASE, answer
from medialift.testing.wire import LOOPBACK, Listener


class SupabaseServer:
    """A project that answers over HTTP for the time of the block; *port* 0 takes a free one.

    ::

        with SupabaseServer() as server:
            server.project.make_bucket("media", public=True)
            os.environ["SUPABASE_URL"] = server.url
            os.environ["SUPABASE_SERVICE_KEY"] = server.project.service_key
    """

    def __init__(self, project: Project | None = None, *, port: int = 0) -> None:
        self.project = project or Project()
        self._listener = Listener(port, partial(answer, self.project))
        self.url = f"http://{LOOPBACK}:{self._listener.server_port}"
        """What ``SUPABASE_URL`` says of a real project."""
        self.storage_url = self.url + BASE

    def __enter__(self) -> SupabaseServer:
        self._thread = threading.Thread(target=self._listener.serve_forever, args=(0.05,), name="supabase-stand-in")
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._listener.shutdown()
        self._thread.join()
        self._listener.hang_up()
