"""Connections to one Redis: short timeouts, nothing sent twice, a circuit breaker.

Nothing here retries by itself: a command whose answer was lost may have been carried
out, and only the caller knows what that means.
"""

import asyncio
import hashlib
import logging
import math
import random
from collections.abc import Sequence
from typing import Any

from redis.asyncio import ConnectionPool
from redis.asyncio.connection import AbstractConnection
from redis.backoff import NoBackoff
from redis.exceptions import MovedError, NoScriptError, RedisError, ResponseError
from redis.retry import Retry

from rtserver.clock import Clock
from rtserver.redis.timeout import StallTolerantTimeout
from rtserver.settings.masked import mask_url

log = logging.getLogger(__name__)

ANSWER_SECONDS = 0.5  # a new connection included
FIRST_PAUSE = 0.05
MAX_PAUSE = 1.0
_MAX_WORDS = 200

FAILURES = (RedisError, OSError, TimeoutError)

RedisCommand = Sequence[bytes | str | int | float]


class RedisAway(Exception):
    """Redis doesn't answer, or refuses; what was sent may have been carried out."""


class Backoff:
    """Pauses that double up to a second, each with jitter."""

    def __init__(self) -> None:
        self._pause = 0.0

    def next(self) -> float:
        """Return the seconds to wait after one more failure."""
        self._pause = min(2 * self._pause or FIRST_PAUSE, MAX_PAUSE)
        return self._pause * random.uniform(0.5, 1)

    def reset(self) -> None:
        """Begin anew after a success."""
        self._pause = 0.0


class RedisLink:
    """The address of one Redis; ``prefix`` begins all its names here.

    Of a cluster, the address of any node will do. ``address`` has no password.
    """

    def __init__(self, url: str, prefix: str, clock: Clock) -> None:
        self._pool = ConnectionPool.from_url(
            url,
            protocol=2,
            retry=Retry(NoBackoff(), 0),
            socket_connect_timeout=None,  # one deadline per call instead
            socket_timeout=None,
            driver_info=None,
        )
        self._prefix = prefix
        self.clock = clock
        self.address = mask_url(url)

    def key(self, name: str) -> str:
        return f"{self._prefix}:{name}"

    def channel(self, name: str) -> str:
        """Name a pub/sub channel; these are shared by all databases of a Redis."""
        database = self._pool.connection_kwargs.get("db") or 0
        return f"{self._prefix}:{database}:{name}"

    def connection(self) -> AbstractConnection:
        """Make a connection, which connects only when told to."""
        connection: AbstractConnection = self._pool.make_connection()
        return connection

    def connection_to(self, host: str, port: int) -> AbstractConnection:
        """Make a connection to another node of the cluster."""
        place = {"host": host, "port": port} if host else {"port": port}
        return self._pool.connection_class(**self._pool.connection_kwargs | place)


class Script:
    """A Lua script, sent whole only to a Redis that doesn't know it yet."""

    def __init__(self, body: str) -> None:
        self.body = body
        self.digest = hashlib.sha1(body.encode(), usedforsecurity=False).hexdigest()


class RedisConnection:
    """One connection with its circuit breaker; calls go one at a time, others wait.

    A failure opens the circuit: every call is refused at once until a pause is over.
    The first one after it tries whether Redis is back. ``purpose`` is for the log.
    """

    def __init__(self, link: RedisLink, purpose: str) -> None:
        self._link = link
        self._clock = link.clock
        self._purpose = purpose
        self._connection = link.connection()
        self._lock = asyncio.Lock()
        self._backoff = Backoff()
        self._retry_at = 0.0
        self.failing = False

    def retry_in(self) -> float:
        """Return the seconds until a call is worth its while; 0 when Redis answers."""
        if not self.failing:
            return 0.0
        return max(0.0, self._retry_at - self._clock.monotonic())

    async def run(self, commands: Sequence[RedisCommand]) -> list[Any]:
        """Send all commands in one go, and give their replies.

        Raises ``RedisAway``, also where one is refused.
        """
        replies = await self._call(commands)
        for reply in replies:
            if isinstance(reply, ResponseError):
                self._failed(reply)
                raise RedisAway
        self._answered()
        return replies

    async def evaluate(
        self, script: Script, keys: Sequence[str], args: Sequence[Any]
    ) -> Any:
        """Run a script and give its reply; raises ``RedisAway``."""
        rest = [len(keys), *keys, *args]
        command = ["EVALSHA", script.digest, *rest]
        [reply] = await self._call([command])
        if isinstance(reply, MovedError):
            await self._connection.disconnect(nowait=True)
            self._connection = self._link.connection_to(reply.host, reply.port)
            [reply] = await self._call([command])
        if isinstance(reply, NoScriptError):
            command = ["EVAL", script.body, *rest]
        elif not isinstance(reply, ResponseError):
            self._answered()
            return reply
        [reply] = await self.run([command])
        return reply

    async def close(self) -> None:
        await self._connection.disconnect(nowait=True)

    async def _call(self, commands: Sequence[RedisCommand]) -> list[Any]:
        """Return the replies, refusals among them."""
        if self.retry_in():
            raise RedisAway
        async with self._lock:
            if self.retry_in():  # the call that this one waited for has failed
                raise RedisAway
            try:
                async with StallTolerantTimeout(ANSWER_SECONDS):
                    return await self._exchange(commands)
            except FAILURES as error:
                await self._connection.disconnect(nowait=True)
                self._connection = self._link.connection()
                self._failed(error)
                raise RedisAway from None

    async def _exchange(self, commands: Sequence[RedisCommand]) -> list[Any]:
        connection = self._connection
        if connection.is_connected and await connection.can_read():
            # Nothing was asked, so it can only be the other side's goodbye.
            await connection.disconnect(nowait=True)
        await connection.connect()
        packed = connection.pack_commands(commands)
        await connection.send_packed_command(packed, check_health=False)
        return [await self._reply() for _ in commands]

    async def _reply(self) -> Any:
        try:
            return await self._connection.read_response(timeout=math.inf)
        except ResponseError as refusal:
            return refusal

    def _failed(self, error: Exception) -> None:
        if not self.failing:
            refused = _refusal(error) if isinstance(error, ResponseError) else ""
            kind = type(error).__name__
            log.error(
                "redis unavailable for %s (%s%s) at %s: see rtserver check",
                self._purpose,
                kind,
                refused,
                self._link.address,
            )
        self.failing = True
        self._retry_at = self._clock.monotonic() + self._backoff.next()

    def _answered(self) -> None:
        if self.failing:
            log.warning("redis available again for %s", self._purpose)
        self.failing = False
        self._backoff.reset()


def _refusal(error: ResponseError) -> str:
    """Return Redis's words, but not what it quotes: people's messages go this way."""
    words, _, _ = str(error).partition(", with args")
    return f": {words[:_MAX_WORDS]}"
