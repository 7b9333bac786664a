"""One channel of a client: its listener, its position, and getting it back."""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any, Protocol

from rtserver_client.answers import Answered
from rtserver_client.position import Event, Reload, Verdict, position_of
from rtserver_client.retry import Backoff, CommandError

Listener = Callable[[Event], None]


# Their acks stand for the events, which everybody else gets.
CHANGES = frozenset({"board.patch", "board.reset", "board.snapshot.send"})
CONNECTION_OVER = ("disconnected", "offline", "closed")


class Link(Protocol):
    """The client, as its subscriptions see it."""

    backoff: Backoff

    def user_id(self) -> int | None: ...
    def send(
        self, type: str, channel: str, payload: Any, answered: Answered
    ) -> asyncio.Future[Any]: ...
    def forget(self, channel: str, error: CommandError) -> None: ...
    def reload(self, channel: str, reload: Reload) -> None: ...
    def guard(self, work: Callable[[], None]) -> None: ...


class Subscription:
    """A channel that is subscribed to again after each loss.

    ``ready`` is settled by the first ack or by a refusal; ``ack`` is the latest one.
    ``is_live`` tells that events come, ``ended`` why they no longer do. ``position``
    and ``epoch`` may be kept, to begin there later.
    """

    def __init__(
        self, link: Link, channel: str, listener: Listener, since: Any, epoch: Any
    ) -> None:
        loop = asyncio.get_running_loop()
        self.channel = channel
        self.ready: asyncio.Future[dict[str, Any]] = loop.create_future()
        self.ready.add_done_callback(_retrieved)
        self.ack: dict[str, Any] = {}
        self.epoch: str | None = epoch
        self.ended: CommandError | None = None
        self._link = link
        self.listeners = [listener]
        self._position = position_of(channel, link.user_id, since)
        self.is_live = False
        self._asking: object | None = None

    @property
    def position(self) -> Any:
        """The seq (in chat: by lesson) up to which everything was passed on."""
        return self._position.since

    async def command(self, type: str, **payload: Any) -> Any:
        """Send a command of this channel; return its ack's payload."""
        if self.ended is not None:
            raise CommandError("closed", f"{self.channel}: {self.ended.code}")
        if not self.is_live:
            raise CommandError("offline", f"{self.channel} isn't subscribed to now")
        return await self._link.send(
            type, self.channel, payload, lambda ack: self._count(type, ack)
        )

    def ask(self, attempt: int = 0) -> None:
        """Subscribe, or once more on this connection: after a gap, or ``resync``."""
        self._asking = asking = object()
        since = self._position.ask()
        payload = {} if since is None else {"since": since}
        if payload and self.epoch:
            payload["epoch"] = self.epoch
        answer = self._link.send(
            "subscribe",
            self.channel,
            payload,
            lambda ack: self._opened(ack) if asking is self._asking else None,
        )
        answer.add_done_callback(lambda done: self._refused(done, asking, attempt))

    def take(self, event: Event) -> None:
        """Pass an event on, if it is the next one."""
        if self._judge(event) is Verdict.PASS:
            for listener in list(self.listeners):
                self._link.guard(partial(listener, event))

    def lost(self) -> None:
        """Note that the connection is over."""
        self.is_live, self._asking = False, None

    def end(self, error: CommandError) -> None:
        """Note that the channel is over, and why."""
        self.lost()
        self.ended = error
        if not self.ready.done():
            self.ready.set_exception(error)

    def _opened(self, ack: dict[str, Any]) -> None:
        self._asking, self.is_live = None, True
        self.ack, self.epoch = ack, ack.get("epoch")
        reloads, again = self._position.opened(ack)
        if not self.ready.done():
            self.ready.set_result(ack)
        for reload in reloads:
            self._link.reload(self.channel, reload)
        if again:
            self.ask()

    def _refused(
        self, answer: asyncio.Future[Any], asking: object, attempt: int
    ) -> None:
        error = None if answer.cancelled() else answer.exception()
        if not isinstance(error, CommandError) or asking is not self._asking:
            return
        if error.code in CONNECTION_OVER:
            return
        if not error.temporary:
            self._link.forget(self.channel, error)
            return
        wait = (error.retry_after or 0) + self._link.backoff.delay(attempt)
        asyncio.get_running_loop().call_later(
            wait, lambda: self.ask(attempt + 1) if asking is self._asking else None
        )

    def _count(self, type: str, ack: Any) -> None:
        """Count one's own change, of which no event comes."""
        if type in CHANGES and ack["seq"] is not None:
            self._judge({"seq": ack["seq"]})

    def _judge(self, event: Event) -> Verdict:
        verdict = self._position.judge(event)
        if verdict is Verdict.GAP and self.is_live and self._asking is None:
            self.ask()
        return verdict


def _retrieved(future: asyncio.Future[Any]) -> None:
    """Mark a failure as known: nobody has to wait for it."""
    if not future.cancelled():
        future.exception()
