"""One channel as the server sends it, shared by all who have subscribed to it."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any, Protocol

from rtserver_client.answers import Answered
from rtserver_client.elements import Element, Patched
from rtserver_client.follower import Follower
from rtserver_client.patches import Patches
from rtserver_client.position import Event, Reload, Verdict, earliest, union
from rtserver_client.retry import Backoff, CommandError

# Their acks stand for the events, which everybody else gets.
CHANGES = frozenset({"board.patch", "board.reset", "board.snapshot.send"})
CONNECTION_OVER = ("disconnected", "offline", "closed")


class Home(Protocol):
    """The inside of the client, as its channels see it."""

    backoff: Backoff
    welcome: dict[str, Any]

    def is_online(self) -> bool: ...
    def user_id(self) -> int | None: ...
    def send(
        self, type: str, channel: str, payload: Any, answered: Answered
    ) -> asyncio.Future[Any]: ...
    def forget(self, channel: str, error: CommandError) -> None: ...
    def reload(self, channel: str, reload: Reload) -> None: ...
    def guard(self, work: Callable[[], None]) -> None: ...


class Feed:
    """A channel that is subscribed to again after each loss, with all its followers.

    ``ack`` is the latest one; ``is_live`` tells that events come; ``right`` is one's
    own on a board, once it is known.
    """

    def __init__(self, home: Home, channel: str) -> None:
        self.channel = channel
        self.ack: dict[str, Any] = {}
        self.epoch: str | None = None
        self.right: str | None = None
        self.is_live = False
        self.patches = Patches(self)
        self._home = home
        self._followers: list[Follower] = []
        self._own: set[int] = set()  # seqs of changes from here that nobody was told of
        self._asking: object | None = None

    @property
    def is_open(self) -> bool:
        return self.is_live

    @property
    def limit(self) -> int:
        limit: int = self._home.welcome["limits"]["message_bytes"]
        return limit

    @property
    def is_last(self) -> bool:
        """Whether at most one follower is left."""
        return len(self._followers) <= 1

    def refusal(self) -> CommandError | None:
        """Refuse whoever may only look here: they needn't ask."""
        if self.right == "view":
            return CommandError("forbidden", "you may only look at this board")
        return None

    def delay(self, attempt: int) -> float:
        return self._home.backoff.delay(attempt)

    def send(self, elements: list[Element]) -> asyncio.Future[Patched]:
        return self.command("board.patch", {"elements": elements})

    def join(self, follower: Follower, since: Any, epoch: str | None) -> None:
        """Let a subscription in; without a position it begins at the next ack."""
        self._followers.append(follower)
        if since is not None:
            self.epoch = epoch
        if self._home.is_online() and (self._asking is None or since is not None):
            self.ask()

    def leave(self, follower: Follower, error: CommandError) -> None:
        """Let one of several subscriptions go."""
        self._followers.remove(follower)
        self._home.guard(partial(follower.end, error))

    def command(self, type: str, payload: dict[str, Any]) -> asyncio.Future[Any]:
        """Send a command of this channel; the future is of its ack's payload."""
        if not self.is_live:
            refused = asyncio.get_running_loop().create_future()
            why = f"{self.channel} isn't subscribed to now"
            refused.set_exception(CommandError("offline", why))
            return refused
        return self._home.send(
            type, self.channel, payload, lambda ack: self._acked(type, payload, ack)
        )

    def ask(self, attempt: int = 0) -> None:
        """Subscribe, or once more on this connection: after a gap, or ``resync``."""
        self._asking = asking = object()
        since = earliest([each.position.ask() for each in self._followers])
        payload = {} if since is None else {"since": since}
        if payload and self.epoch:
            payload["epoch"] = self.epoch
        answer = self._home.send(
            "subscribe",
            self.channel,
            payload,
            lambda ack: self._opened(ack) if asking is self._asking else None,
        )
        answer.add_done_callback(lambda done: self._refused(done, asking, attempt))

    def take(self, event: Event) -> None:
        """Pass an event on to whom it comes next; a gap is filled by asking again."""
        if event["type"] == "board.rights":
            self._allow(event["payload"])
        seq = event.get("seq")
        told = {**event, "own": True} if seq in self._own else event
        verdicts = [(each, each.judge(event)) for each in self._followers]
        is_gap = any(verdict is Verdict.GAP for _, verdict in verdicts)
        if is_gap and self.is_live and self._asking is None:
            self.ask()
        for follower, verdict in verdicts:
            if verdict is Verdict.PASS:
                self._home.guard(partial(follower.tell, told))
        if self._asking is None and seq is not None:
            self._own.discard(seq)  # else the replay brings it

    def lost(self) -> None:
        """Note that the connection is over."""
        self.is_live, self._asking = False, None

    def end(self, error: CommandError) -> None:
        """Note that the channel is over, and why."""
        self.lost()
        followers, self._followers = self._followers, []
        for follower in followers:
            self._home.guard(partial(follower.end, error))
        self.patches.end(CommandError("closed", f"{self.channel}: {error.code}"))

    def _allow(self, rights: dict[str, Any]) -> None:
        if rights["user_id"] == self._home.user_id():
            self.right = rights["board"]
            self.patches.pump()

    def _opened(self, ack: dict[str, Any]) -> None:
        self._asking, self.is_live = None, True
        self.ack, self.epoch = ack, ack.get("epoch")
        self.right = ack.get("board")
        if not ack.get("recovered"):
            self._own.clear()
        followers = list(self._followers)
        opened = [each.opened(ack) for each in followers]
        for follower in followers:
            self._home.guard(partial(follower.settle, ack))
        self.patches.wake()
        for reload in union([each for one in opened for each in one.reloads]):
            self._home.reload(self.channel, reload)
        if any(one.again for one in opened):
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
            self._home.forget(self.channel, error)
            return
        wait = (error.retry_after or 0) + self.delay(attempt)
        asyncio.get_running_loop().call_later(
            wait, lambda: self.ask(attempt + 1) if asking is self._asking else None
        )

    def _acked(self, type: str, payload: dict[str, Any], ack: dict[str, Any]) -> None:
        """Tell of one's own change, at its place: everybody else gets an event."""
        if type not in CHANGES or ack["seq"] is None or not self.is_live:
            return
        self._own.add(ack["seq"])
        if type == "board.snapshot.send":
            self.ask()  # what is stored may differ from what was sent: the event tells
            return
        told: dict[str, Any] = {"user_id": self._home.user_id()}
        if type == "board.patch":
            kept = set(ack["accepted"])
            elements = [each for each in payload["elements"] if each["id"] in kept]
            told["elements"] = elements
        now = datetime.now(UTC).isoformat(timespec="microseconds")
        event = {"type": type, "channel": self.channel, "seq": ack["seq"]}
        self.take({**event, "ts": now.replace("+00:00", "Z"), "payload": told})
