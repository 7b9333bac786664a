"""A client of the server, over one connection that comes back by itself.

It follows channels without loss, and passes nothing on twice, as the protocol's
"Positions and recovery" has it.
"""

import asyncio
from functools import partial
from typing import Any

from rtserver_client.address import checked_path, checked_url
from rtserver_client.feed import Feed
from rtserver_client.follower import Follower, Listener
from rtserver_client.keeper import Keeper
from rtserver_client.link import Link, OnReload
from rtserver_client.requests import request
from rtserver_client.retry import Backoff, CommandError
from rtserver_client.room import OnState, Room, Seats
from rtserver_client.socket import Closed
from rtserver_client.subscription import Subscription
from rtserver_client.tokens import TokenCallback


class Client:
    """A connection to the server that comes back, signs in and subscribes by itself.

    ``url`` is the server's, such as ``https://school.example``; another one counts at
    the next connection. ``token(fresh)`` gives an access token, a new one if ``fresh``;
    None closes the client for good. ``on_reload(channel, reason, lessons)`` hears of
    what was missed and can't be replayed.
    """

    def __init__(
        self,
        url: str,
        token: TokenCallback,
        *,
        on_reload: OnReload = lambda channel, reason, lessons: None,
        timeout: float = 10.0,
        backoff: Backoff = Backoff(),  # noqa: B008 - it is immutable
    ) -> None:
        self._link = Link(checked_url(url), token, on_reload, timeout, backoff)
        self._keeper = Keeper(self._link)

    @property
    def url(self) -> str:
        return self._link.url

    @url.setter
    def url(self, url: str) -> None:
        self._link.url = checked_url(url)

    @property
    def welcome(self) -> dict[str, Any]:
        """The server's last ``welcome``: user, limits, …"""
        return self._link.welcome

    @property
    def online(self) -> asyncio.Event:
        """Set while there is a connection that is signed in."""
        return self._link.online

    @property
    def closed(self) -> Closed | None:
        """Why the client is closed for good, if it is."""
        return self._link.closed

    async def connect(self) -> dict[str, Any]:
        """Connect, and stay connected; return the ``welcome``."""
        if self.closed is None:
            await self._keeper.connected()
        if self.closed is not None:
            raise CommandError("closed", f"{self.closed.code} {self.closed.reason}")
        return self.welcome

    async def close(self) -> None:
        """Close for good; patches that wait are sent before, if that is possible."""
        if self.closed is None:
            await self._link.drain()
        self._link.finish(Closed(1000, "closed by the client"))
        self._link.tokens.close()
        await self._keeper.stop()

    def subscribe(
        self,
        channel: str,
        listener: Listener,
        *,
        since: Any = None,
        epoch: str | None = None,
    ) -> Subscription:
        """Subscribe now and after each loss; ``listener`` gets every event, once.

        Each call returns a subscription of its own, with its own listener and position.
        """
        follower = Follower(channel, listener, self._link.user_id, since)
        return self._follow(channel, follower, since, epoch)

    def room(self, lesson_id: int, listener: OnState = lambda state: None) -> Room:
        """Enter a lesson's room now and after each loss; it keeps who is there.

        ``listener`` is called with the room's state after each change, and with None
        at the end.
        """
        channel, seats = f"room:lesson:{lesson_id}", Seats(listener)
        user_id = self._link.user_id
        follower = Follower(
            channel, seats.take, user_id, acked=seats.acked, gone=seats.end
        )
        return Room(self._follow(channel, follower), seats)

    async def unsubscribe(self, channel: str) -> None:
        """End all subscriptions to a channel."""
        await self._link.unsubscribe(channel)

    async def command(self, type: str, **payload: Any) -> Any:
        """Send a command that needs no channel; return its ack's payload."""
        return await self._link.send(type, None, payload)

    async def http(self, method: str, path: str, body: Any = None) -> Any:
        """Send a request to the HTTP API; return the JSON of its answer, if it has any.

        Anything but a success raises CommandError.
        """
        checked_path(path)
        try:
            return await self._request(method, path, body, fresh=False)
        except CommandError as error:
            if error.code != "unauthenticated" or self.closed is not None:
                raise
        return await self._request(method, path, body, fresh=True)

    def _follow(
        self,
        channel: str,
        follower: Follower,
        since: Any = None,
        epoch: str | None = None,
    ) -> Subscription:
        link = self._link
        feed = link.feeds.get(channel) or Feed(link, channel)
        if self.closed is None:
            link.feeds[channel] = feed
            feed.join(follower, since, epoch)
        else:
            follower.end(CommandError("closed"))
        leave = partial(self._leave, feed, follower)
        return Subscription(feed, follower, link.backoff, leave)

    async def _request(self, method: str, path: str, body: Any, *, fresh: bool) -> Any:
        link = self._link
        try:
            token = await link.tokens.get(fresh=fresh)
        except CommandError:
            raise
        except Exception as error:  # whatever the callback raises
            raise CommandError("offline", "there is no token now") from error
        asked = (link.url, method, path, body, token, link.timeout)
        return await asyncio.to_thread(request, *asked)

    async def _leave(self, feed: Feed, follower: Follower) -> None:
        if feed.is_last:
            await self._link.unsubscribe(feed.channel)  # and ends it
        else:
            feed.leave(follower, CommandError("closed", "unsubscribed"))
