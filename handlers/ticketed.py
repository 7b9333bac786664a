"""Addresses that a ticket opens without a header, and the making of tickets."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated

import msgspec

from handlers.base import ApiHandler
from handlers.operations import Query
from rtserver.access.actor import Actor
from rtserver.access.tickets import Holder
from rtserver.errors import Unauthenticated

TICKET = Query(
    "ticket", "In place of `Authorization`.", Annotated[str, msgspec.Meta(min_length=1)]
)


class TicketedHandler(ApiHandler):
    """One whose ``GET`` takes ``?ticket=`` in place of ``Authorization``."""

    def ticket_subject(self) -> str:
        """Return what a ticket has to be for."""
        raise NotImplementedError

    async def authenticate(self) -> Actor:
        ticket = self.query("ticket")
        if ticket is None or self.request.method not in ("GET", "HEAD"):
            return await super().authenticate()
        now = self.services.clock.now()
        holder = self.services.tickets.read(ticket, self.ticket_subject(), now)
        if holder is None:
            raise Unauthenticated("The ticket is old or not valid: get a new one.")
        return await self.services.accounts.identity.of_sign_in(holder)


class TicketOffice(ApiHandler):
    """One that makes tickets for who asks."""

    async def issue(self, subjects: Sequence[str]) -> tuple[dict[str, str], datetime]:
        """Return tickets by their subjects, and when they end."""
        sign_in = await self.services.accounts.identity.sign_in_of(
            self.request.headers.get("Authorization", "")
        )
        holder = Holder(sign_in.user_id, sign_in.sid, sign_in.issued_at)
        ttl = self.services.settings.files.ticket_ttl
        until = self.services.clock.now() + timedelta(seconds=ttl)
        make = self.services.tickets.issue
        return {one: make(one, holder, until) for one in subjects}, until
