"""The JavaScript client as one file, and its types: for pages without a build."""

import asyncio
from importlib.resources.abc import Traversable

from handlers.api_docs.documents import Document, document
from handlers.base import BaseHandler
from handlers.docs import send
from rtserver.errors import NotFound

TYPES = {
    "client.js": "text/javascript; charset=utf-8",
    "client.d.ts": "text/plain; charset=utf-8",
}
NOT_BUILT = (
    "The JavaScript client isn't built on this server: make client builds it, with "
    "Node.js or without, where an npm registry can be reached."
)


class ClientFileHandler(BaseHandler):
    """``GET /client.js`` and ``/client.d.ts``"""

    async def get(self) -> None:
        folder: Traversable = self.settings["client_folder"]
        self.set_header("Cross-Origin-Resource-Policy", "cross-origin")
        send(self, await asyncio.to_thread(read, folder, self.route.lstrip("/")))

    def _allow_origin(self) -> None:
        """Let any page have it: it is public, and pages of other origins import it."""
        self.set_header("Access-Control-Allow-Origin", "*")


def read(folder: Traversable, name: str) -> Document:
    """Read a file of the client; NotFound says how to build it.

    Anew at each request: it may be built while the server runs.
    """
    try:
        body = folder.joinpath(name).read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        raise NotFound(NOT_BUILT) from None
    return document(body, TYPES[name])
