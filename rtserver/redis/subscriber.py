"""The one connection of a process over which Redis tells it of others' messages."""

import asyncio
import logging
import math
from collections.abc import Callable
from itertools import islice
from typing import Any, NamedTuple

from redis.asyncio.connection import AbstractConnection

from rtserver import tasks
from rtserver.clock import Clock
from rtserver.errors import log_unexpected
from rtserver.redis.link import ANSWER_SECONDS, FAILURES, Backoff, RedisLink
from rtserver.redis.timeout import StallTolerantTimeout

log = logging.getLogger(__name__)

# Redis is asked for a sign of life so often, and given so long for it.
PING_SECONDS = 1.0
SILENCE_SECONDS = 1.0
# So many messages are taken in a few milliseconds; then others have their turn.
BURST = 200
CHANNELS_PER_COMMAND = 500


class ChannelListener(NamedTuple):
    """A follower of a channel.

    ``received`` gets its messages. ``subscribed`` gets channels from which nothing is
    missed from now on; what came before, since the last time, may have been.
    """

    received: Callable[[str, bytes], None]
    subscribed: Callable[[list[str]], None]


class RedisSubscriber:
    """Follows channels, and comes back by itself when the connection is lost."""

    def __init__(self, link: RedisLink, clock: Clock) -> None:
        self._link = link
        self._clock = clock
        self._followed: dict[str, ChannelListener] = {}
        self._sent: set[str] = set()
        self._confirmed: list[str] = []
        self._changed = asyncio.Event()
        self._backoff = Backoff()
        self._task: asyncio.Task[None] | None = None
        self._pinged = self._heard = 0.0
        self._failing = False
        self.connected = False
        self.losses = 0
        self.round_trip: float | None = None

    def follow(self, channel: str, listener: ChannelListener) -> None:
        """Subscribe to a channel, soon, and again whenever that has to be."""
        if channel not in self._followed:
            # What came since it was unfollowed was passed over: it's confirmed anew.
            self._sent.discard(channel)
        self._followed[channel] = listener
        self._changed.set()

    def unfollow(self, channel: str) -> None:
        """Unsubscribe; nothing more of the channel is given out."""
        if self._followed.pop(channel, None) is not None:
            self._changed.set()

    async def start(self) -> None:
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        if self._task is not None:
            await tasks.cancel(self._task)

    async def _run(self) -> None:
        while True:
            connection = self._link.connection()
            try:
                async with StallTolerantTimeout(ANSWER_SECONDS):
                    await connection.connect()
                await self._serve(connection)
            except FAILURES as error:
                self._failed(error)
            except Exception as error:
                log_unexpected(log, error, "the subscription to Redis")
            finally:
                self.losses += self.connected
                self.connected = False
                await connection.disconnect(nowait=True)
            await asyncio.sleep(self._backoff.next())

    def _failed(self, error: Exception) -> None:
        """Log it once, however often it is tried in vain."""
        if not self._failing:
            kind = type(error).__name__
            log.warning(
                "redis unavailable for the subscription (%s) at %s: see rtserver check",
                kind,
                self._link.address,
            )
        self._failing = True

    async def _serve(self, connection: AbstractConnection) -> None:
        """Read and write until one of the two fails."""
        self._sent.clear()
        self._pinged = self._heard = self._clock.monotonic()
        sides = [
            asyncio.create_task(self._write(connection)),
            asyncio.create_task(self._read(connection)),
        ]
        try:
            await asyncio.wait(sides, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for side in sides:
                side.cancel()
            outcomes = await asyncio.gather(*sides, return_exceptions=True)
        for outcome in outcomes:
            if isinstance(outcome, Exception):
                raise outcome

    async def _write(self, connection: AbstractConnection) -> None:
        """Send what has changed, and a ping when it is time."""
        while True:
            self._changed.clear()
            await self._send_changes(connection)
            now = self._clock.monotonic()
            if now - self._pinged >= PING_SECONDS:
                await self._require_life(now)
                self._pinged = now
                await connection.send_command("PING", check_health=False)
            try:
                async with asyncio.timeout(PING_SECONDS / 2):
                    await self._changed.wait()
            except TimeoutError:
                continue

    async def _send_changes(self, connection: AbstractConnection) -> None:
        # As it is now: more may be followed while this is being sent.
        wanted = set(self._followed)
        new, old = wanted - self._sent, self._sent - wanted
        self._sent = wanted
        for command, channels in (("SUBSCRIBE", new), ("UNSUBSCRIBE", old)):
            waiting = iter(channels)
            while some := list(islice(waiting, CHANNELS_PER_COMMAND)):
                await connection.send_command(command, *some, check_health=False)

    async def _require_life(self, now: float) -> None:
        """Give up a connection over which the last ping wasn't answered."""
        if self._heard >= self._pinged or now - self._pinged < SILENCE_SECONDS:
            return
        # The loop itself may have stood still, with the answer waiting.
        await asyncio.sleep(PING_SECONDS / 20)
        if self._heard < self._pinged:
            raise TimeoutError("Redis is silent")

    async def _read(self, connection: AbstractConnection) -> None:
        while True:
            for _ in range(BURST):
                self._take(await connection.read_response(timeout=math.inf))
            # What is buffered already is read without waiting.
            await asyncio.sleep(0)

    def _take(self, reply: Any) -> None:
        if not isinstance(reply, list):
            reply = [b"pong", reply]  # so it reads while nothing is subscribed
        kind, name = reply[0], reply[1]
        if kind == b"message":
            channel = name.decode()
            listener = self._followed.get(channel)
            if listener is not None:
                listener.received(channel, reply[2])
        elif kind == b"pong":
            self._heard = self._clock.monotonic()
            self.round_trip = self._heard - self._pinged
        elif kind == b"subscribe":
            self._note_subscribed(name.decode())

    def _note_subscribed(self, channel: str) -> None:
        """Gather what is confirmed together, so that it's compared together."""
        if not self.connected:
            self.connected = True
            self._backoff.reset()
            if self._failing:
                log.warning("redis available again for the subscription")
            self._failing = False
        if not self._confirmed:
            asyncio.get_running_loop().call_soon(self._tell_subscribed)
        self._confirmed.append(channel)

    def _tell_subscribed(self) -> None:
        confirmed, self._confirmed = self._confirmed, []
        by_listener: dict[Callable[[list[str]], None], list[str]] = {}
        for channel in confirmed:
            listener = self._followed.get(channel)
            if listener is not None:
                by_listener.setdefault(listener.subscribed, []).append(channel)
        for subscribed, channels in by_listener.items():
            subscribed(channels)
