"""The stand-in as a server: started on loopback, gone with the block."""

from __future__ import annotations

from functools import partial

from medialift.testing.supabase.project import Project
from medialift.testing.supabase.routes import BASE, answer
from medialift.testing.wire import StandIn


class SupabaseServer(StandIn):
    """A project that answers over HTTP for the time of the block; *port* 0 takes a free one.

    ``url`` is what ``SUPABASE_URL`` says of a real project.

    ::

        with SupabaseServer() as server:
            server.project.make_bucket("media", public=True)
            os.environ["SUPABASE_URL"] = server.url
            os.environ["SUPABASE_SERVICE_KEY"] = server.project.service_key
    """

    def __init__(self, project: Project | None = None, *, port: int = 0) -> None:
        self.project = project or Project()
        super().__init__(port, partial(answer, self.project))
        self.storage_url = self.url + BASE
