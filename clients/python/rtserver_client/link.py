"""The inside of a client: its state, its channels, what is sent and what comes."""

import asyncio
import logging
import time
from collections.abc import Callable, Collection
from typing import Any

from rtserver_client.answers import Answered, Answers
from rtserver_client.feed import Feed
from rtserver_client.json_text import bytes_of, to_json
from rtserver_client.logs import log_unexpected
from rtserver_client.position import Event, Reload
from rtserver_client.retry import Backoff, CommandError, retry
from rtserver_client.socket import ClientSocket, Closed
from rtserver_client.tokens import TokenCallback, Tokens

log = logging.getLogger(__name__)

OnReload = Callable[[str, str, Collection[int]], None]

SIGN_IN_AGAIN = Closed(4501, "sign in again")  # as for a token that is none
SNAPSHOT_FACTOR = 12  # times as long as others: it may be megabytes in one frame
MAX_DRAIN_SECONDS = 2.0


class Link:
    """What a client's connections, channels and callers share."""

    def __init__(
        self,
        url: str,
        token: TokenCallback,
        on_reload: OnReload,
        timeout: float,
        backoff: Backoff,
    ) -> None:
        self.url = url
        self.timeout = timeout
        self.backoff = backoff
        self.tokens = Tokens(token, lambda: self.finish(SIGN_IN_AGAIN))
        self.feeds: dict[str, Feed] = {}
        self.welcome: dict[str, Any] = {}
        self.online = asyncio.Event()
        self.online_at = 0.0
        self.closed: Closed | None = None
        self.socket: ClientSocket | None = None
        self._on_reload = on_reload
        self._answers = Answers()

    def is_online(self) -> bool:
        return self.online.is_set()

    def user_id(self) -> int | None:
        """Return who is signed in, once that is known."""
        return self.welcome["user"]["id"] if self.welcome else None

    def send(
        self,
        type: str,
        channel: str | None,
        payload: Any,
        answered: Answered = lambda ack: None,
    ) -> asyncio.Future[Any]:
        """Send a command; ``answered`` gets an ack before anything that follows it."""
        id = self._answers.next_id()
        frame = {"type": type, "id": id, "payload": payload}
        if channel is not None:
            frame["channel"] = channel
        text = to_json(frame)
        refusal = self._refusal(text)
        if refusal is not None or self.socket is None:
            refused = asyncio.get_running_loop().create_future()
            refused.set_exception(refusal or CommandError("offline"))
            return refused
        self.socket.write(text)
        factor = SNAPSHOT_FACTOR if type == "board.snapshot.request" else 1
        return self._answers.expect(id, answered, factor * self.timeout)

    async def unsubscribe(self, channel: str) -> None:
        """Leave a channel, once what waits for it is sent."""
        if channel in self.feeds:
            self.feeds[channel].patches.drain()
        self.forget(channel, CommandError("closed", "unsubscribed"))

        async def tell() -> None:
            if self.is_online() and channel not in self.feeds:
                await self.send("unsubscribe", channel, {})

        await retry(tell, backoff=self.backoff)

    async def drain(self) -> None:
        """Send what waits, where there is a way, and wait a while for the answers."""
        pending: list[asyncio.Future[Any]] = []
        for feed in self.feeds.values():
            if feed.is_live:
                feed.patches.drain()
                pending += feed.patches.pending
        if pending:
            await asyncio.wait(pending, timeout=MAX_DRAIN_SECONDS)

    def forget(self, channel: str, error: CommandError) -> None:
        """End all subscriptions to a channel."""
        feed = self.feeds.pop(channel, None)
        if feed is not None:
            feed.end(error)

    def reload(self, channel: str, reload: Reload) -> None:
        """Tell the user of the client what can't be recovered."""
        self.guard(lambda: self._on_reload(channel, *reload))

    def guard(self, work: Callable[[], None]) -> None:
        """Call a listener; whatever it raises is logged."""
        try:
            work()
        except Exception as error:
            log_unexpected(log, error, "a listener")

    def take(self, frame: Event) -> None:
        """Take in whatever the server sends."""
        feed = self.feeds.get(frame.get("channel", ""))
        payload = frame.get("payload", {})
        match frame["type"]:
            case "ack" | "error":
                self._answers.take(frame)
            case "welcome":
                self._welcomed(payload)
            case "resync" if feed:
                feed.ask()
            case "unsubscribed":
                self.forget(payload["channel"], CommandError(payload["reason"]))
            case _ if feed:
                feed.take(frame)

    def lose(self, code: str) -> None:
        """Note that the connection is over; what waits for an answer fails."""
        self.online.clear()
        for feed in self.feeds.values():
            feed.lost()
        self._answers.fail(code)

    def finish(self, closed: Closed) -> None:
        """Close for good."""
        if self.closed is not None:
            return
        self.closed = closed
        self.lose("closed")
        for channel in list(self.feeds):
            self.forget(channel, CommandError("closed", closed.reason))
        if self.socket is not None:
            self.socket.leave()

    def _refusal(self, text: str) -> CommandError | None:
        if self.closed is not None:
            return CommandError("closed")
        if not self.is_online():
            return CommandError("offline")
        # The server would close the connection, and again when it is repeated.
        limit = self.welcome["limits"]["message_bytes"]
        if bytes_of(text) > limit:
            return CommandError("too_large", f"a command has at most {limit} bytes")
        return None

    def _welcomed(self, welcome: dict[str, Any]) -> None:
        self.welcome = welcome
        self.online_at = time.monotonic()
        self.online.set()
        for feed in list(self.feeds.values()):
            feed.ask()
