"""Gates over streams that are lists of numbers."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from rtserver.clock import Clock
from rtserver.delivery.gates import Gap, Gates
from store.errors import StoreUnavailable
from tests.rtserver.delivery_fakes import Delivered


class Event(NamedTuple):
    stream: str
    seq: int


class Own(Event):
    """An event as its own process knows it."""


class Stored:
    """A source whose streams are lists of seqs."""

    def __init__(self, **heads: int) -> None:
        self.heads_now = heads
        self.asked: list[tuple[str, int]] = []
        self.failures = 0
        self.too_much = self.states = False
        self.meanwhile: Callable[[], None] = lambda: None
        self.telling: Callable[[], None] = lambda: None

    async def after(self, stream: str, seq: int) -> Gap:
        self.asked.append((stream, seq))
        if self.failures:
            self.failures -= 1
            raise StoreUnavailable("down")
        head = self.heads_now[stream]
        self.meanwhile()
        if self.too_much:
            return Gap(None, head)
        missing = [Event(stream, n) for n in range(seq + 1, head + 1)]
        return Gap(missing, head, self.states)

    async def heads(self, streams: Sequence[str]) -> Mapping[str, int]:
        return {stream: self.heads_now[stream] for stream in streams}

    async def told(self, stream: str) -> None:
        self.telling()


class Followed:
    """Topics that write down what is followed no more, or from now on."""

    def __init__(self) -> None:
        self.changes: list[str] = []

    def follow(self, topic: str) -> None:
        self.changes.append(f"+{topic}")

    def unfollow(self, topic: str) -> None:
        self.changes.append(f"-{topic}")


class Passed:
    """Gates over a source, with what they have passed."""

    def __init__(self, **heads: int) -> None:
        self.source = Stored(**heads)
        self.delivered = Delivered()
        self.followed = Followed()
        self.gates = Gates(self.source, self.delivered, self.followed, Clock())

    @property
    def seqs(self) -> list[int]:
        return [event.seq for event in self.delivered.events]

    def offer(self, *seqs: int) -> None:
        for seq in seqs:
            self.gates.offer(Event("chat", seq))
