"""The in-memory hub: which connections of this process are subscribed to what."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

from rtserver.delivery.channels import chat_channel
from rtserver.delivery.listeners import Listeners
from rtserver.delivery.publication import Publication
from rtserver.delivery.subscriber import Subscriber
from rtserver.delivery.wire import EventText, event_frame
from rtserver.edge.connection import Connection
from rtserver.edge.counters import Counters
from rtserver.edge.sender import VOLATILE_BYTES
from rtserver.errors import CloseCode

# Frames of about 100 bytes: a write each would take far longer than the copying, and
# all in one couldn't be sent as the socket drains.
_FRAMES_PER_PIECE = 100


class _Buffer:
    """Events that wait while one connection's subscription is being opened."""

    __slots__ = ("_latest", "events", "size")

    def __init__(self) -> None:
        self.events: list[Publication] = []
        self.size = 0
        self._latest: dict[str, tuple[int, int]] = {}  # place and size, by key

    def add(self, event: Publication, size: int) -> None:
        """Let an event wait: in the place of the one that it is newer than, or last."""
        place, replaced = self._latest.get(event.latest, (len(self.events), 0))
        self.events[place : place + 1] = [event]
        self.size += size - replaced
        if event.latest:
            self._latest[event.latest] = (place, size)


class _Audience:
    """The connections of one channel: each is live, or has a buffer."""

    __slots__ = ("buffers", "live")

    def __init__(self) -> None:
        # A dict for its order: events go out in that of the subscriptions.
        self.live: dict[Subscriber, None] = {}
        self.buffers: dict[Subscriber, _Buffer] = {}


class Hub:
    """Channels and their connections; a buffer holds ``buffer_bytes`` at most."""

    def __init__(
        self,
        *,
        buffer_bytes: int = 1 << 20,
        counters: Counters | None = None,
        listeners: Listeners | None = None,
    ) -> None:
        self._listeners = listeners or Listeners()
        self.counters = counters or Counters()
        self._channels: dict[str, _Audience] = {}
        self._buffer_bytes = buffer_bytes

    def tell(self, subscriber: Subscriber, frame: bytes) -> None:
        """Send one connection a frame of the server's own, which is no event."""
        self.counters.control += 1
        subscriber.send(frame)

    def start_buffering(self, name: str, subscriber: Subscriber) -> None:
        """Subscribe a connection whose events wait until ``flush``."""
        channel = self._channels.setdefault(name, _Audience())
        channel.live.pop(subscriber, None)
        # A second time keeps what waits already: it hasn't been told to anybody.
        channel.buffers.setdefault(subscriber, _Buffer())

    def flush(
        self,
        name: str,
        subscriber: Subscriber,
        shown: Callable[[Publication], Publication | None] = lambda event: event,
    ) -> None:
        """Deliver what waits as ``shown``, if at all, and what follows at once."""
        events = map(shown, self._stop_buffering(name, subscriber))
        self._send_all(subscriber, name, filter(None, events))

    def flush_around(
        self, name: str, subscriber: Subscriber, seq: int, speak: Callable[[], None]
    ) -> None:
        """Flush, and call ``speak`` behind the waiting events up to ``seq``."""
        events = self._stop_buffering(name, subscriber)
        # Events without a seq, such as cursors, have 0: they end nothing.
        behind = [index for index, event in enumerate(events) if event.seq > seq]
        cut = behind[0] if behind else len(events)
        self._send_all(subscriber, name, events[:cut])
        speak()
        self._send_all(subscriber, name, events[cut:])

    def is_subscribed(self, name: str, subscriber: Subscriber) -> bool:
        """Return whether a connection is subscribed, its events waiting or not."""
        channel = self._channels.get(name)
        if channel is None:
            return False
        return subscriber in channel.live or subscriber in channel.buffers

    def remove(self, name: str, subscriber: Subscriber) -> None:
        """Unsubscribe a connection; nothing more of the channel goes to it."""
        channel = self._channels.get(name)
        if channel is None:
            return
        if subscriber in channel.live or subscriber in channel.buffers:
            channel.live.pop(subscriber, None)
            channel.buffers.pop(subscriber, None)
            self._listeners.unsubscribed(name, subscriber.id)
        if not channel.live and not channel.buffers:
            del self._channels[name]
            # Last, so that whoever hears of it finds the channel gone.
            self._listeners.emptied(name)

    def live(self, name: str) -> list[Subscriber]:
        """Return the connections of a channel that get its events at once."""
        channel = self._channels.get(name)
        return list(channel.live) if channel is not None else []

    def subscribers(self, name: str) -> Iterator[Subscriber]:
        """Yield the connections of a channel, their events waiting or not."""
        channel = self._channels.get(name)
        if channel is not None:
            # Copies: whoever asks may unsubscribe some of them meanwhile.
            yield from list(channel.live)
            yield from list(channel.buffers)

    def subscriptions(self) -> int:
        """Return the number of subscriptions of all connections together."""
        return sum(len(c.live) + len(c.buffers) for c in self._channels.values())

    def deliver(self, event: Publication) -> None:
        """Hand one event to every connection here that it is for."""
        channel = self._channels.get(event.channel)  # none, where it is for users
        if channel is not None:
            self._fan_out(channel, event, event_frame(event, event.channel))
        if event.user_ids:
            self._deliver_to_users(event)

    def deliver_together(
        self,
        events: Sequence[Publication],
        *,
        to: Iterable[Subscriber] | None = None,
        but: Collection[Subscriber] = (),
    ) -> None:
        """Hand events of one channel, all in one, to its connections, or to some.

        Many are sent as each socket drains, so that they make nobody too slow.
        """
        channel = self._channels.get(events[0].channel)
        if channel is None:
            return
        everyone = [*channel.live, *channel.buffers]
        frames = [event_frame(event, event.channel) for event in events]
        pieces = _joined(frames)
        for subscriber in everyone if to is None else to:
            if subscriber in but:
                continue
            if subscriber in channel.live:
                self.counters.durable += len(frames)
                _send_pieces(subscriber, pieces)
            elif (buffer := channel.buffers.get(subscriber)) is not None:
                for event, frame in zip(events, frames, strict=True):
                    self._add(subscriber, buffer, event, len(frame))

    def _deliver_to_users(self, event: Publication) -> None:
        text: EventText | None = None
        for name in map(chat_channel, event.user_ids):
            channel = self._channels.get(name)
            if channel is not None:
                # Encoded once for all, and not at all where nobody is subscribed.
                text = text or EventText(event)
                self._fan_out(channel, event, text.frame(name))

    def drop_buffered(self, name: str, subscriber: Subscriber) -> None:
        """Drop what waits for a connection that is about to be told all in one."""
        channel = self._channels.get(name)
        if channel is not None and subscriber in channel.buffers:
            # A new one: where the latest ones stand goes with the events.
            channel.buffers[subscriber] = _Buffer()

    def _stop_buffering(self, name: str, subscriber: Subscriber) -> list[Publication]:
        """Make a connection live, and return the events that waited."""
        channel = self._channels.get(name)
        if channel is None or subscriber not in channel.buffers:
            return []  # unsubscribed meanwhile
        channel.live[subscriber] = None
        return channel.buffers.pop(subscriber).events

    def _send_all(
        self, subscriber: Subscriber, name: str, events: Iterable[Publication]
    ) -> None:
        for event in events:
            frame = event_frame(event, name)
            _send(subscriber, frame, event.latest, volatile=event.volatile)
            self._count(event.latest, 1, volatile=event.volatile)

    def _fan_out(self, channel: _Audience, event: Publication, frame: bytes) -> None:
        # Nothing here calls back, so nobody leaves while this goes through them.
        live = channel.live
        sender, latest, volatile = event.sender, event.latest, event.volatile
        if not (sender or latest or volatile):
            # Counted at once: to count each would take a tenth of its sending.
            self.counters.durable += len(live)
            for subscriber in live:
                _push(subscriber, frame)
        else:
            told = _send_but(live, sender, frame, latest, volatile=volatile)
            self._count(latest, told, volatile=volatile)
        if channel.buffers:
            for subscriber, buffer in channel.buffers.items():
                if subscriber.id != sender:
                    self._add(subscriber, buffer, event, len(frame))

    def _count(self, latest: str, sent: int, *, volatile: bool) -> None:
        if latest:
            self.counters.latest += sent
        elif volatile:
            self.counters.volatile += sent
        else:
            self.counters.durable += sent

    def _add(
        self, subscriber: Subscriber, buffer: _Buffer, event: Publication, size: int
    ) -> None:
        if event.volatile and buffer.size + size > VOLATILE_BYTES:
            self.counters.dropped += 1
            return
        buffer.add(event, size)
        if buffer.size > self._buffer_bytes:
            subscriber.close(CloseCode.TOO_SLOW, "too much waited for a subscription")


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
        subscriber.send_stream(iter(pieces), sum(map(len, pieces)))


def _send_but(
    live: Iterable[Subscriber],
    sender: str,
    frame: bytes,
    latest: str,
    *,
    volatile: bool,
) -> int:
    """Send to all but one, if it is among them; return to how many."""
    sent = 0
    for subscriber in live:
        if _id(subscriber) != sender:
            _send(subscriber, frame, latest, volatile=volatile)
            sent += 1
    return sent


def _id(subscriber: Subscriber) -> str:
    # Compiled, a known class is read and called directly: a fifth of a delivery's time.
    if isinstance(subscriber, Connection):
        return subscriber.id
    return subscriber.id


def _send(subscriber: Subscriber, frame: bytes, latest: str, *, volatile: bool) -> None:
    if latest:
        _push_latest(subscriber, latest, frame)
    elif volatile:
        subscriber.send_volatile(frame)
    else:
        _push(subscriber, frame)


def _push(subscriber: Subscriber, frame: bytes) -> None:
    if isinstance(subscriber, Connection):
        subscriber.send(frame)
    else:
        subscriber.send(frame)


def _push_latest(subscriber: Subscriber, key: str, frame: bytes) -> None:
    if isinstance(subscriber, Connection):
        subscriber.send_latest(key, frame)
    else:
        subscriber.send_latest(key, frame)
