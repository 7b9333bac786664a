"""``GET /ws``: the handshake, and the hand-over of the socket to a connection."""

import asyncio
import logging

from handlers.base import BaseHandler
from handlers.command_loop import CommandLoop
from rtserver.edge.connection import Connection
from rtserver.edge.origins import origin_allowed
from rtserver.edge.upgrade import check_handshake, take_over
from rtserver.errors import BadRequest, CloseCode, Forbidden, Unavailable
from rtserver.log_context import CONNECTION, REQUEST

log = logging.getLogger(__name__)

SUBPROTOCOL = "rtserver.v1"
# Why a handshake is refused; ``full`` and ``guest``, who made way for others without
# having signed in, are told by a close code.
REFUSALS = ("request", "origin", "draining", "full", "guest")


class GatewayHandler(BaseHandler):
    """Upgrades a request, whatever its token: a bad one is told by a close code."""

    async def get(self) -> None:
        services = self.services
        self._check()
        token = self._token()
        offered = self.request.headers.get("Sec-WebSocket-Protocol", "")
        chosen = SUBPROTOCOL in [name.strip() for name in offered.split(",")]
        try:
            sock, received = await take_over(
                self, subprotocol=SUBPROTOCOL if chosen else None
            )
        except ConnectionError:
            return
        finally:
            services.requests.discard(self)  # answered, as far as HTTP goes
        client = CommandLoop(services)
        connection = Connection(
            sock,
            asyncio.get_running_loop(),
            services.flusher,
            services.edge.limits,
            client,
            services.clock.monotonic,
        )
        # All that comes of this socket is called from here, or from what is.
        CONNECTION.set(connection.id)
        log.info("opened")
        REQUEST.set("")
        # Over the limit it is opened all the same: only so a browser learns why.
        full = len(services.clients) >= services.settings.limits.connections
        full = full and not services.edge.guests.make_room()
        services.clients.add(client)
        services.figures.counters.opened += 1
        client.opened(connection, token)
        if full:
            self._refused("full")
            client.end(CloseCode.TRY_AGAIN_LATER, "the server is full")
        elif services.draining:  # since the handshake began
            client.end(CloseCode.RESTARTING, "the server is restarting")
        connection.start(received)

    def _check(self) -> None:
        """Refuse what can't become a connection here, or not just now."""
        try:
            check_handshake(self.request)
        except BadRequest:
            self._refused("request")
            raise
        self._check_origin()
        if self.services.draining:
            self._refused("draining")
            raise Unavailable("The server is shutting down: try again later.")

    def _refused(self, reason: str) -> None:
        self.services.figures.counters.refused[reason] += 1

    def _check_origin(self) -> None:
        settings = self.services.settings.server
        if not origin_allowed(
            self.request.headers.get("Origin"),
            base_url=settings.base_url,
            allowed=settings.allowed_origins,
            port=self.services.port,
        ):
            self._refused("origin")
            self.services.edge.refused_origins.note(self.request.headers["Origin"])
            raise Forbidden(
                "This Origin may not connect: add it to [server] allowed_origins."
            )

    def _token(self) -> str | None:
        """Find the token of the handshake, if it carries one."""
        header = self.request.headers.get("Authorization", "")
        scheme, _, credentials = header.partition(" ")
        if scheme.lower() == "bearer":
            return credentials.strip()
        if scheme.lower() == "api-key":
            return ""  # a platform's key is no user's token
        values = self.request.query_arguments.get("token")
        return values[-1].decode("utf-8", "replace") if values else None
