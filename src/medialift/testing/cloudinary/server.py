"""The stand-in as a server: started on loopback, gone with the block."""

from __future__ import annotations

import threading
from functools import partial
from types import TracebackType
from urllib.parse import quote

from medialift.testing.cloudinary.account import Account
from medialift.testing.cloudinary.routes import answer
from medialift.testing.wire import LOOPBACK, Listener


class CloudinaryServer:
    """A cloud that answers over HTTP for the time of the block; *port* 0 takes a free one.

    ::

        with CloudinaryServer() as server:
            os.environ["CLOUDINARY_URL"] = server.cloudinary_url
    """

    def __init__(self, account: Account | None = None, *, port: int = 0) -> None:
        self.account = account or Account()
        self._listener = Listener(port, partial(answer, self.account))
        self.host = f"{LOOPBACK}:{self._listener.server_port}"
        self.url = f"http://{self.host}"
        """What ``upload_prefix`` says of another address of the API; the CDN answers there, too."""

    @property
    def cloudinary_url(self) -> str:
        """What ``CLOUDINARY_URL`` says of a real account."""
        account = self.account
        return f"cloudinary://{account.key}:{account.secret}@{account.cloud}?upload_prefix={quote(self.url, safe='')}"

    def __enter__(self) -> CloudinaryServer:
        self._thread = threading.Thread(target=self._listener.serve_forever, args=(0.05,), name="cloudinary-stand-in")
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._listener.shutdown()
        self._thread.join()
        self._listener.hang_up()
