"""What one part of a program hears of a channel, and does to it."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from rtserver_client.elements import Element, Patched
from rtserver_client.feed import Feed
from rtserver_client.follower import Follower
from rtserver_client.retry import Backoff, CommandError, retry


class Subscription:
    """A holder of a channel, with a listener and a position of its own."""

    def __init__(
        self,
        feed: Feed,
        follower: Follower,
        backoff: Backoff,
        leave: Callable[[], Awaitable[None]],
    ) -> None:
        self._feed = feed
        self._follower = follower
        self._backoff = backoff
        self._leave = leave

    @property
    def channel(self) -> str:
        return self._feed.channel

    @property
    def ready(self) -> asyncio.Future[dict[str, Any]]:
        """The first ack, or a refusal."""
        return self._follower.ready

    @property
    def ack(self) -> dict[str, Any]:
        """The latest ack: one's own right, who is online, …"""
        return self._feed.ack

    @property
    def is_live(self) -> bool:
        """Whether events come."""
        return self.ended is None and self._feed.is_live

    @property
    def ended(self) -> CommandError | None:
        """Why no events come any more."""
        return self._follower.ended

    @property
    def position(self) -> Any:
        """The seq (in chat: by lesson) up to which everything was passed on."""
        return self._follower.position.since

    @property
    def epoch(self) -> str | None:
        return self._feed.epoch

    @property
    def can_draw(self) -> bool:
        """Whether one may draw on this board; not before the first ack has said so."""
        return self.ended is None and self._feed.right == "draw"

    async def command(self, type: str, **payload: Any) -> Any:
        """Send a command of this channel, as it is; return its ack's payload."""
        self._check()
        return await self._feed.command(type, payload)

    def patch(self, elements: Sequence[Element]) -> asyncio.Future[Patched]:
        """Change elements of a board; sent until it is answered.

        What waits is merged: of each element the latest version goes out.
        """
        try:
            self._check()
        except CommandError as error:
            refused: asyncio.Future[Patched]
            refused = asyncio.get_running_loop().create_future()
            refused.set_exception(error)
            return refused
        return self._feed.patches.add(elements)

    async def snapshot(self) -> dict[str, Any]:
        """Return the whole board."""
        snapshot: dict[str, Any] = await retry(
            lambda: self.command("board.snapshot.request"), backoff=self._backoff
        )
        return snapshot

    async def unsubscribe(self) -> None:
        """End this subscription; others to the same channel go on."""
        if self.ended is None:
            await self._leave()

    def _check(self) -> None:
        if self.ended is not None:
            raise CommandError("closed", f"{self.channel}: {self.ended.code}")
