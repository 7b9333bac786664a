"""A client of the server, over one connection that comes back by itself.

It follows channels without loss, and passes nothing on twice, as the protocol's
"Positions and recovery" has it. What goes over HTTP isn't its part.
"""

import asyncio
import json
import logging
import time
from collections.abc import Callable, Collection
from contextlib import suppress
from datetime import datetime
from typing import Any

from rtserver_client.answers import Answered, Answers
from rtserver_client.logs import log_unexpected
from rtserver_client.position import Event, Reload
from rtserver_client.retry import Backoff, CommandError, retry
from rtserver_client.socket import ABNORMAL, ClientSocket, Closed
from rtserver_client.subscription import Listener, Subscription
from rtserver_client.tokens import TokenCallback, Tokens

log = logging.getLogger(__name__)

OnReload = Callable[[str, str, Collection[int]], None]

STABLE = 5.0  # seconds online, after which the next loss counts as the first
TOKEN_EXPIRED = 4001
SNAPSHOT_FACTOR = 12  # times as long as others: it may be megabytes in one frame


class Client:
    """A connection to the server that comes back, signs in and subscribes by itself.

    ``url`` is the server's, such as ``https://school.example``; it may be changed.
    ``token(fresh)`` gives an access token, a new one if ``fresh``. ``on_reload(channel,
    reason, lessons)`` hears of what was missed and can't be replayed. From close code
    4500 on it stays away: ``closed`` says why, and everything fails with ``closed``.
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
        self.url = url
        self.welcome: dict[str, Any] = {}
        self.online = asyncio.Event()
        self.closed: Closed | None = None
        self.backoff = backoff
        self._tokens = Tokens(token)
        self._has_expired = False
        self._on_reload = on_reload
        self._timeout = timeout
        self._answers = Answers()
        self._subscriptions: dict[str, Subscription] = {}
        self._socket: ClientSocket | None = None
        self._runner: asyncio.Task[None] | None = None
        self._online_at = 0.0

    async def connect(self) -> dict[str, Any]:
        """Connect, and stay connected; return the ``welcome``.

        Raises ValueError for an address that is none.
        """
        if not self.url.startswith(("http://", "https://")):
            raise ValueError("url: expected an address such as https://school.example")
        if self.closed is None:
            self._runner = self._runner or asyncio.create_task(self._run())
            online = asyncio.create_task(self.online.wait())
            await asyncio.wait([online, self._runner], return_when="FIRST_COMPLETED")
            online.cancel()
        if self.closed is not None:
            raise CommandError("closed", f"{self.closed.code} {self.closed.reason}")
        if self._runner is not None and self._runner.done():
            self._runner.result()  # it never ends by itself but by an exception
        return self.welcome

    async def close(self) -> None:
        """Close for good."""
        self._finish(Closed(1000, "closed by the client"))
        self._tokens.close()
        if self._runner is not None:
            self._runner.cancel()
            await asyncio.wait([self._runner])

    def subscribe(
        self,
        channel: str,
        listener: Listener,
        *,
        since: Any = None,
        epoch: str | None = None,
    ) -> Subscription:
        """Subscribe now and after each loss; ``listener`` gets every event, once.

        A channel is held once: a further listener joins the subscription that is there.
        """
        if channel in self._subscriptions:
            self._subscriptions[channel].listeners.append(listener)
            return self._subscriptions[channel]
        subscription = Subscription(self, channel, listener, since, epoch)
        if self.closed is not None:
            subscription.end(CommandError("closed"))
            return subscription
        self._subscriptions[channel] = subscription
        if self.online.is_set():
            subscription.ask()
        return subscription

    async def unsubscribe(self, channel: str) -> None:
        """Drop a channel: from now on its listener hears nothing."""
        self.forget(channel, CommandError("closed", "unsubscribed"))

        async def tell() -> None:
            if self.online.is_set() and channel not in self._subscriptions:
                await self.send("unsubscribe", channel, {})

        await retry(tell, backoff=self.backoff)

    async def command(self, type: str, **payload: Any) -> Any:
        """Send a command that needs no channel; return its ack's payload."""
        return await self.send(type, None, payload)

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
        text = json.dumps(frame)
        refusal = self._refusal(text)
        if refusal is not None or self._socket is None:
            refused = asyncio.get_running_loop().create_future()
            refused.set_exception(refusal or CommandError("offline"))
            return refused
        self._socket.write(text)
        factor = SNAPSHOT_FACTOR if type == "board.snapshot.request" else 1
        return self._answers.expect(id, answered, factor * self._timeout)

    def user_id(self) -> int | None:
        """Return who is signed in, once that is known."""
        return self.welcome["user"]["id"] if self.welcome else None

    def forget(self, channel: str, error: CommandError) -> None:
        """End a subscription, if there is one."""
        subscription = self._subscriptions.pop(channel, None)
        if subscription is not None:
            subscription.end(error)

    def reload(self, channel: str, reload: Reload) -> None:
        """Tell the user of the client what can't be recovered."""
        self.guard(lambda: self._on_reload(channel, *reload))

    def _refusal(self, text: str) -> CommandError | None:
        if self.closed is not None:
            return CommandError("closed")
        if not self.online.is_set():
            return CommandError("offline")
        # The server would close the connection, and again when it is repeated.
        limit = self.welcome["limits"]["message_bytes"]
        if len(text) > limit:
            return CommandError("too_large", f"a command has at most {limit} bytes")
        return None

    async def _run(self) -> None:
        attempt = 0
        while True:
            ended = await self._connection()
            if not ended.may_return:
                self._finish(ended)
                return
            log.info("connection lost: %d %s", ended.code, ended.reason)
            self._has_expired = self._has_expired or ended.code == TOKEN_EXPIRED
            if self.online.is_set() and time.monotonic() - self._online_at > STABLE:
                attempt = 0
            self._lose("disconnected")
            await asyncio.sleep(self.backoff.delay(attempt))
            attempt += 1

    async def _connection(self) -> Closed:
        """Run one connection, from the token to its end."""
        try:
            token = await self._tokens.get(fresh=self._has_expired)
        except Exception as error:  # whatever the callback raises
            log_unexpected(log, error, "the token")
            return Closed(ABNORMAL, "no token")
        self._socket = socket = ClientSocket(self._take, self._timeout)
        attending = asyncio.create_task(self._attend(socket))
        try:
            url = self.url.rstrip("/").replace("http", "ws", 1) + "/ws"
            await socket.open(url)
            socket.write(_auth(token))
            return await socket.ended()
        finally:
            self._socket = None
            attending.cancel()
            await socket.close()
            await asyncio.wait([attending])

    async def _attend(self, socket: ClientSocket) -> None:
        """See that the connection gets signed in, stays so, and lives."""
        try:
            async with asyncio.timeout(2 * self._timeout):
                await self.online.wait()
        except TimeoutError:
            socket.give_up("no welcome in time")
            return
        await asyncio.gather(self._refresh(), self._watch(socket))

    async def _refresh(self) -> None:
        """Refresh the token while a quarter of its time is left, at most a minute."""
        end = self.welcome["token_expires_at"]
        while True:
            left = _seconds(self.welcome["server_time"], end)
            left -= time.monotonic() - self._online_at
            await asyncio.sleep(max(1.0, left - min(60.0, left / 4)))
            try:
                token = await self._tokens.get(fresh=True)
                ack = await self.command("auth.refresh", token=token)
            except Exception as error:  # whatever the callback raises
                log_unexpected(log, error, "the token")
            else:
                end = ack["token_expires_at"]

    async def _watch(self, socket: ClientSocket) -> None:
        """Ping when nothing is heard: nobody tells of a network that is gone."""
        while True:
            await asyncio.sleep(self.welcome["heartbeat_interval"])
            if not socket.heard:
                with suppress(CommandError):
                    await self.command("ping")
            if not socket.heard:
                socket.give_up("no sign of life")
            socket.heard = False

    def _take(self, frame: Event) -> None:
        subscription = self._subscriptions.get(frame.get("channel", ""))
        payload = frame.get("payload", {})
        match frame["type"]:
            case "ack" | "error":
                self._answers.take(frame)
            case "welcome":
                self._welcomed(payload)
            case "resync" if subscription:
                subscription.ask()
            case "unsubscribed":
                self.forget(payload["channel"], CommandError(payload["reason"]))
            case _ if subscription:
                subscription.take(frame)

    def _welcomed(self, welcome: dict[str, Any]) -> None:
        self.welcome = welcome
        self._has_expired = False
        self._online_at = time.monotonic()
        self.online.set()
        for subscription in list(self._subscriptions.values()):
            subscription.ask()

    def _lose(self, code: str) -> None:
        self.online.clear()
        self._answers.fail(code)
        for subscription in self._subscriptions.values():
            subscription.lost()

    def _finish(self, closed: Closed) -> None:
        if self.closed is not None:
            return
        self.closed = closed
        self._lose("closed")
        for channel in list(self._subscriptions):
            self.forget(channel, CommandError("closed", closed.reason))

    def guard(self, work: Callable[[], None]) -> None:
        """Call a listener; whatever it raises is logged."""
        try:
            work()
        except Exception as error:
            log_unexpected(log, error, "a listener")


def _auth(token: str) -> dict[str, Any]:
    return dict(type="auth", id=0, payload={"token": token})


def _seconds(since: str, end: str) -> float:
    first, last = datetime.fromisoformat(since), datetime.fromisoformat(end)
    return (last - first).total_seconds()
