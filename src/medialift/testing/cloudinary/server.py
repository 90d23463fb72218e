"""The stand-in as a server: started on loopback, gone with the block."""

from __future__ import annotations

from functools import partial
from urllib.parse import quote

from medialift.testing.cloudinary.account import Account
from medialift.testing.cloudinary.routes import answer
from medialift.testing.wire import StandIn


class CloudinaryServer(StandIn):
    """A cloud that answers over HTTP for the time of the block; *port* 0 takes a free one.

    ``url`` is what ``upload_prefix`` says of another address of the API; the CDN answers there, too.

    ::

        with CloudinaryServer() as server:
            os.environ["CLOUDINARY_URL"] = server.cloudinary_url
    """

    def __init__(self, account: Account | None = None, *, port: int = 0) -> None:
        self.account = account or Account()
        super().__init__(port, partial(answer, self.account))

    @property
    def cloudinary_url(self) -> str:
        """What ``CLOUDINARY_URL`` says of a real account."""
        account = self.account
        return f"cloudinary://{account.key}:{account.secret}@{account.cloud}?upload_prefix={quote(self.url, safe='')}"
