"""A lesson's room, as one client keeps it: who is in, and what one does there."""

import asyncio
from collections.abc import Callable
from typing import Any, TypedDict, Unpack

from rtserver_client.position import Event
from rtserver_client.seats import RoomState, changed, opened
from rtserver_client.subscription import Subscription
from rtserver_client.wire import Reaction

OnState = Callable[[RoomState | None], None]


class Signals(TypedDict, total=False):
    """A hand and a reaction, and whose; what is left out stays as it is."""

    hand: bool
    reaction: Reaction | None
    user_id: int
    all: bool


class Seats:
    """The latest state of a room, and who hears of its changes."""

    def __init__(self, listener: OnState) -> None:
        self.state: RoomState | None = None
        self._listener = listener

    def acked(self, ack: dict[str, Any]) -> None:
        self._become(opened(ack))

    def take(self, event: Event) -> None:
        if self.state is not None:
            self._become(changed(self.state, event))

    def end(self) -> None:
        self._become(None)

    def _become(self, state: RoomState | None) -> None:
        if state != self.state:
            self.state = state
            self._listener(state)


class Room:
    """A subscription to a lesson's room that keeps who is there."""

    def __init__(self, subscription: Subscription, seats: Seats) -> None:
        self._subscription = subscription
        self._seats = seats

    @property
    def ready(self) -> asyncio.Future[dict[str, Any]]:
        """The first ack, or a refusal."""
        return self._subscription.ready

    @property
    def state(self) -> RoomState | None:
        """The room as it is now; none before the first ack, nor at the end.

        While there is no connection it is the last that was known.
        """
        return self._seats.state

    async def react(self, **signals: Unpack[Signals]) -> None:
        """Raise one's hand or lower it (``hand``), react or take that back (None).

        Tutors lower and clear for another (``user_id``), or for everybody (``all``).
        """
        await self._subscription.command("room.react", **signals)

    async def lead(self, on: bool) -> None:
        """Ask all to follow this connection's board, or no longer: tutors alone."""
        await self._subscription.command("room.lead", on=on)

    async def leave(self) -> None:
        """Leave the room; other subscriptions to it go on."""
        await self._subscription.unsubscribe()
