"""``/healthz`` and ``/readyz``, for whatever supervises or balances the server."""

from collections.abc import Sequence
from typing import Literal

import msgspec

from handlers.base import BaseHandler
from handlers.operations import operation
from rtserver import __version__


class AliveView(msgspec.Struct, frozen=True):
    status: Literal["ok"] = "ok"


class ReadinessView(msgspec.Struct, frozen=True):
    """A process's readiness; ``failing`` names the parts that don't work."""

    status: str
    failing: Sequence[str]


class AliveHandler(BaseHandler):
    @operation("everyone", {200: AliveView})
    def get(self) -> None:
        """Answer, which shows that the process is alive.

        `X-Client-Address` is where the server takes you to be, which tells whether it
        knows its proxies; `X-Rtserver-Version` is what answers.
        """
        self.set_header("X-Rtserver-Version", __version__)
        self.set_header("X-Client-Address", self.client_address)
        self.reply(AliveView())


class ReadyHandler(BaseHandler):
    @operation("everyone", {200: ReadinessView, 503: ReadinessView})
    async def get(self) -> None:
        """Answer whether the server can work.

        Not while its database fails, nor while it shuts down. Without Redis, and where
        the last change failed though the database can be read (`writes`, as on a full
        disk), it is `degraded`, and works.
        """
        services = self.services
        readiness = await services.health.readiness(draining=services.draining)
        self.reply(
            ReadinessView(readiness.status, readiness.failing),
            status=200 if readiness.ready else 503,
        )
