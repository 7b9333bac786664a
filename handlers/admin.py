"""The state of the server and its mails, for admins (contract 3.5)."""

import msgspec

from handlers.base import ApiHandler
from handlers.operations import Query, operation, page_of
from rtserver import __version__
from rtserver.errors import BadRequest, Forbidden
from rtserver.mail.outbox_list import OPEN, STATES, MailCounts, MailPage, State

ADMINS = "admins"
STATE = Query(
    "state",
    "Only mails in this state; left out: all that haven't ended well.",
    State,
    example="dead",
)


class StatusView(msgspec.Struct, frozen=True):
    """The state of this process; ``uptime`` is in seconds.

    ``online`` counts people, over all processes; ``connections`` those to this one.
    """

    online: int
    connections: int
    mails: MailCounts
    version: str
    uptime: int


class StatusHandler(ApiHandler):
    """``/api/admin/status/``"""

    @operation(ADMINS, {200: StatusView}, errors=(Forbidden,))
    async def get(self) -> None:
        """Return how this process is doing."""
        self.actor.require_admin()
        services = self.services
        status = StatusView(
            online=len(services.presence.register.everyone()),
            connections=len(services.clients),
            mails=await services.notifications.outbox.counts(services.clock.now()),
            version=__version__,
            uptime=int(services.clock.monotonic() - services.started_at),
        )
        self.reply(status)


class OutboxHandler(ApiHandler):
    """``/api/admin/outbox/``"""

    @operation(
        ADMINS,
        {200: MailPage},
        query=(STATE, *page_of("outbox")),
        errors=(Forbidden,),
    )
    async def get(self) -> None:
        """List mails, the oldest first, as `rtserver outbox list` does."""
        self.actor.require_admin()
        state = self.query("state")
        if state is not None and state not in STATES:
            raise BadRequest.at("state", f"must be one of {', '.join(STATES)}")
        page = await self.services.notifications.outbox.page(
            OPEN if state is None else STATES[state],
            cursor=self.query("cursor"),
            limit=self.page_size(),
        )
        self.reply(page)
