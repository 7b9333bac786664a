"""The in-memory hub: which connections of this process hold which channel."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import Protocol

from rtserver.delivery.channels import chat_channel
from rtserver.delivery.listeners import Listeners
from rtserver.delivery.publication import Publication
from rtserver.delivery.wire import EventText
from rtserver.edge.counters import Traffic
from rtserver.errors import CloseCode

_FRAMES_PER_PIECE = 100


class Subscriber(Protocol):
    """What the hub needs of a connection; none of it ever waits."""

    @property
    def id(self) -> str: ...
    def send(self, frame: bytes) -> None: ...
    def send_latest(self, key: str, frame: bytes) -> None: ...
    def send_stream(self, stream: Iterator[bytes]) -> None: ...
    def close(self, code: int, reason: str) -> None: ...


class _Hold:
    """Events that wait while one connection's subscription is being opened."""

    __slots__ = ("_latest", "events", "size")

    def __init__(self) -> None:
        self.events: list[Publication] = []
        self.size = 0
        self._latest: dict[str, tuple[int, int]] = {}  # place and size, by key

    def keep(self, event: Publication, size: int) -> None:
        """Let an event wait: in the place of the one that it is newer than, or last."""
        place, replaced = self._latest.get(event.latest, (len(self.events), 0))
        self.events[place : place + 1] = [event]
        self.size += size - replaced
        if event.latest:
            self._latest[event.latest] = (place, size)


class _Channel:
    __slots__ = ("held", "live")

    def __init__(self) -> None:
        self.live: dict[Subscriber, None] = {}
        self.held: dict[Subscriber, _Hold] = {}


class Hub:
    """Channels and their connections; ``hold_bytes`` bounds what waits per opening."""

    def __init__(
        self,
        *,
        hold_bytes: int = 1 << 20,
        traffic: Traffic | None = None,
        listeners: Listeners | None = None,
    ) -> None:
        self._listeners = listeners or Listeners()
        self.traffic = traffic or Traffic()
        self._channels: dict[str, _Channel] = {}
        self._hold_bytes = hold_bytes

    def tell(self, subscriber: Subscriber, frame: bytes) -> None:
        """Send one connection a frame of the server's own, which is no event."""
        self.traffic.control += 1
        subscriber.send(frame)

    def hold(self, name: str, subscriber: Subscriber) -> None:
        """Subscribe a connection, its events waiting until ``release``."""
        channel = self._channels.setdefault(name, _Channel())
        channel.live.pop(subscriber, None)
        channel.held.setdefault(subscriber, _Hold())

    def release(
        self,
        name: str,
        subscriber: Subscriber,
        shown: Callable[[Publication], Publication | None] = lambda event: event,
    ) -> None:
        """Deliver what waits as ``shown``, if at all, and what follows at once."""
        events = map(shown, self._end_hold(name, subscriber))
        self._send_all(subscriber, name, filter(None, events))

    def release_around(
        self, name: str, subscriber: Subscriber, seq: int, speak: Callable[[], None]
    ) -> None:
        """Release, and call ``speak`` behind the waiting events up to ``seq``."""
        events = self._end_hold(name, subscriber)
        behind = (index for index, event in enumerate(events) if event.seq > seq)
        cut = next(behind, len(events))
        self._send_all(subscriber, name, events[:cut])
        speak()
        self._send_all(subscriber, name, events[cut:])

    def holds(self, name: str, subscriber: Subscriber) -> bool:
        """Return whether a connection is subscribed, its events waiting or not."""
        channel = self._channels.get(name)
        if channel is None:
            return False
        return subscriber in channel.live or subscriber in channel.held

    def remove(self, name: str, subscriber: Subscriber) -> None:
        """Unsubscribe a connection; nothing more of the channel goes to it."""
        channel = self._channels.get(name)
        if channel is None:
            return
        channel.live.pop(subscriber, None)
        channel.held.pop(subscriber, None)
        if not channel.live and not channel.held:
            del self._channels[name]
            self._listeners.emptied(name)

    def live(self, name: str) -> list[Subscriber]:
        """Return the connections that hold a channel and get its events at once."""
        channel = self._channels.get(name)
        return list(channel.live) if channel is not None else []

    def subscribers(self, name: str) -> Iterator[Subscriber]:
        """Yield the connections that hold a channel."""
        channel = self._channels.get(name)
        if channel is not None:
            yield from list(channel.live)
            yield from list(channel.held)

    def subscriptions(self) -> int:
        """Return the number of subscriptions of all connections together."""
        return sum(len(c.live) + len(c.held) for c in self._channels.values())

    def deliver(self, event: Publication) -> None:
        """Hand one event to every connection here that it is for."""
        text: EventText | None = None
        for name in _names(event):
            channel = self._channels.get(name)
            if channel is not None:
                text = text or EventText(event)
                self._fan_out(channel, event, text.frame(name))

    def deliver_together(
        self,
        events: Sequence[Publication],
        *,
        to: Iterable[Subscriber] | None = None,
        but: Collection[Subscriber] = (),
    ) -> None:
        """Hand events of one channel, all in one, to those who hold it, or to some.

        Many are sent as each socket drains, so that they make nobody too slow.
        """
        channel = self._channels.get(events[0].channel)
        if channel is None:
            return
        everyone = [*channel.live, *channel.held]
        frames = [EventText(event).frame(event.channel) for event in events]
        pieces = _joined(frames)
        for subscriber in everyone if to is None else to:
            if subscriber in but:
                continue
            if subscriber in channel.live:
                self.traffic.durable += len(frames)
                _send_pieces(subscriber, pieces)
            elif (hold := channel.held.get(subscriber)) is not None:
                for event, frame in zip(events, frames, strict=True):
                    self._keep(subscriber, hold, event, len(frame))

    def forget_held(self, name: str, subscriber: Subscriber) -> None:
        """Drop what waits for a connection that is about to be told all in one."""
        channel = self._channels.get(name)
        if channel is not None and subscriber in channel.held:
            channel.held[subscriber] = _Hold()

    def _end_hold(self, name: str, subscriber: Subscriber) -> list[Publication]:
        """Let a connection's events pass again; give those that waited."""
        channel = self._channels.get(name)
        if channel is None or subscriber not in channel.held:
            return []
        channel.live[subscriber] = None
        return channel.held.pop(subscriber).events

    def _send_all(
        self, subscriber: Subscriber, name: str, events: Iterable[Publication]
    ) -> None:
        for event in events:
            _send(subscriber, event, EventText(event).frame(name))
            if event.latest:
                self.traffic.latest += 1
            else:
                self.traffic.durable += 1

    def _fan_out(self, channel: _Channel, event: Publication, frame: bytes) -> None:
        live = channel.live
        if not event.sender and not event.latest:
            # Counted at once: to count each would take a tenth of its sending.
            self.traffic.durable += len(live)
            for subscriber in live:
                subscriber.send(frame)
        else:
            self._fan_out_but_sender(live, event, frame)
        if channel.held:
            for subscriber, hold in list(channel.held.items()):
                if subscriber.id != event.sender:
                    self._keep(subscriber, hold, event, len(frame))

    def _fan_out_but_sender(
        self, live: Collection[Subscriber], event: Publication, frame: bytes
    ) -> None:
        sent = len(live)
        for subscriber in live:
            if subscriber.id != event.sender:
                _send(subscriber, event, frame)
            else:
                sent -= 1
        if event.latest:
            self.traffic.latest += sent
        else:
            self.traffic.durable += sent

    def _keep(
        self, subscriber: Subscriber, hold: _Hold, event: Publication, size: int
    ) -> None:
        hold.keep(event, size)
        if hold.size > self._hold_bytes:
            subscriber.close(CloseCode.TOO_SLOW, "too much waited for a subscription")


def _names(event: Publication) -> Iterator[str]:
    if event.channel:
        yield event.channel
    for user_id in event.user_ids:
        yield chat_channel(user_id)


def _joined(frames: Sequence[bytes]) -> list[bytes]:
    """Join short frames into pieces that are written in one go."""
    return [
        b"".join(frames[start : start + _FRAMES_PER_PIECE])
        for start in range(0, len(frames), _FRAMES_PER_PIECE)
    ]


def _send_pieces(subscriber: Subscriber, pieces: Sequence[bytes]) -> None:
    if len(pieces) == 1:
        subscriber.send(pieces[0])
    else:
        subscriber.send_stream(iter(pieces))


def _send(subscriber: Subscriber, event: Publication, frame: bytes) -> None:
    if event.latest:
        subscriber.send_latest(event.latest, frame)
    else:
        subscriber.send(frame)
