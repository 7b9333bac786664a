"""The queue of what waits to be sent to one connection (no socket here)."""

from collections.abc import Callable, Hashable, Iterator
from typing import Final, cast

# What a stream takes by itself, however little it holds.
_STREAM_BYTES = 1024


class _Stream:
    """Frames made only as the socket drains; until then it holds ``size`` bytes."""

    __slots__ = ("frames", "size")

    def __init__(self, frames: Iterator[bytes], size: int) -> None:
        self.frames = frames
        self.size = size + _STREAM_BYTES


class _SentMark:
    """A place in the queue; ``reached`` is called when all before it is sent."""

    __slots__ = ("reached",)

    def __init__(self, reached: Callable[[], None]) -> None:
        self.reached = reached


class _Joiner:
    """The frames that were joined last, and what came of it.

    What several say in a room at one moment is the same for a thousand listeners.
    """

    __slots__ = ("_chunk", "_frames")

    def __init__(self) -> None:
        self._frames: list[bytes] = []
        self._chunk = b""

    def join(self, frames: list[bytes]) -> bytes:
        if len(frames) == 1:
            return frames[0]
        if frames != self._frames:
            self._frames, self._chunk = frames, b"".join(frames)
        return self._chunk


_joiner: Final = _Joiner()


class SendQueue:
    """The frames that wait for one connection.

    ``queued_bytes``: those of the frames, and what the streams hold, but the largest:
    so one may be as long as it likes, and no number of them goes uncounted.
    """

    __slots__ = (
        "_controls",
        "_entries",
        "_latest",
        "_plain",
        "_reached",
        "_start",
        "_streams",
        "_streams_bytes",
        "queued_bytes",
    )

    def __init__(self) -> None:
        self._entries: list[bytes | _Stream | _SentMark] = []
        # Where the latest frame of a key waits, if one does: entries are numbered as
        # they are added, and the first that waits has the number ``_start``.
        self._latest: dict[Hashable, int] | None = None
        self._start = 0
        self._reached: list[Callable[[], None]] | None = None
        self._controls = 0  # how many control frames stand at the front
        self._plain = True  # nothing but frames waits
        self._streams: list[_Stream] | None = None  # those that aren't at their end
        self._streams_bytes = 0  # what is counted of them
        self.queued_bytes = 0

    @property
    def empty(self) -> bool:
        return not self._entries

    @property
    def backlog(self) -> int:
        """Return how much waits, all streams at their full size."""
        sizes = [stream.size for stream in self._streams or ()]
        return self.queued_bytes + max(sizes, default=0)

    @property
    def streaming(self) -> bool:
        """Return whether a stream isn't at its end yet."""
        return bool(self._streams)

    def push(self, frame: bytes) -> None:
        """Add a frame behind everything that waits."""
        self._entries.append(frame)
        self.queued_bytes += len(frame)

    def push_control(self, frame: bytes) -> None:
        """Add a ping or pong ahead of all messages, so a long stream can't starve it.

        Control frames may stand even between a message's fragments (RFC 6455 5.4).
        """
        self._entries.insert(self._controls, frame)
        self._controls += 1
        self._start -= 1  # so that those behind it keep their numbers
        self.queued_bytes += len(frame)

    def push_latest(self, key: Hashable, frame: bytes) -> bool:
        """Put the frame in the place of the one that waits under ``key``, or last.

        True if there was one, which is gone now.
        """
        if self._latest is None:
            self._latest = {}
        number = self._latest.get(key)
        if number is not None:
            return self._replace(number - self._start, frame)
        self._latest[key] = self._start + len(self._entries)
        self.push(frame)
        return False

    def push_stream(self, frames: Iterator[bytes], size: int) -> None:
        """Add frames to be made as the socket drains; what comes later stays behind.

        ``size``: about what they hold in memory meanwhile.
        """
        stream = _Stream(frames, size)
        self._entries.append(stream)
        self._streams = [*(self._streams or ()), stream]
        self._count_streams()
        self._plain = False

    def push_mark(self, reached: Callable[[], None]) -> None:
        """Add a mark, given out by ``take_reached`` once all before it was taken."""
        self._entries.append(_SentMark(reached))
        self._plain = False

    def take(self, budget: int) -> bytes:
        """Remove and return what is to be sent next: about ``budget`` bytes at most.

        A single frame may be longer. Empty when nothing waits, or a stream ended
        without a frame. An exception of a stream's iterator passes through.
        """
        if not self._plain or self.queued_bytes > budget:
            return self._gathered(budget)
        entries, self._entries = self._entries, []
        self._start = self._controls = self.queued_bytes = 0
        self._latest = None
        return _joiner.join(cast(list[bytes], entries))

    @property
    def reached(self) -> bool:
        """Return whether ``take`` has passed a mark."""
        return self._reached is not None

    def take_reached(self) -> list[Callable[[], None]]:
        """Remove and return the marks that ``take`` has passed."""
        reached, self._reached = self._reached, None
        return reached or []

    def clear(self) -> None:
        """Drop everything, marks too."""
        self._removed(len(self._entries), self.queued_bytes)
        self._reached = self._streams = None
        self._streams_bytes = 0

    def _gathered(self, budget: int) -> bytes:
        pieces: list[bytes] = []
        size = counted = used = 0
        for entry in self._entries:
            if size >= budget:
                break
            if isinstance(entry, _Stream):
                size += _pull(entry, pieces, budget - size)
                if size >= budget:
                    break
                self._ended(entry)
            elif isinstance(entry, _SentMark):
                self._reached = [*(self._reached or ()), entry.reached]
            else:
                pieces.append(entry)
                size += len(entry)
                counted += len(entry)
            used += 1
        self._removed(used, counted)
        return b"".join(pieces)

    def _replace(self, index: int, frame: bytes) -> bool:
        """Put a frame in the place of another one; True, for there was one."""
        waiting = self._entries[index]
        assert isinstance(waiting, bytes)
        self.queued_bytes += len(frame) - len(waiting)
        self._entries[index] = frame
        return True

    def _ended(self, stream: _Stream) -> None:
        if self._streams is not None:
            self._streams.remove(stream)
        self._count_streams()

    def _count_streams(self) -> None:
        sizes = [stream.size for stream in self._streams or ()]
        counted = sum(sizes) - max(sizes, default=0)
        self.queued_bytes += counted - self._streams_bytes
        self._streams_bytes = counted

    def _removed(self, entries: int, size: int) -> None:
        self.queued_bytes -= size
        self._controls = max(0, self._controls - entries)
        if entries == len(self._entries):
            self._entries.clear()
            self._start = 0
            self._plain = True
            self._latest = self._streams = None
            return
        del self._entries[:entries]
        self._start += entries
        if self._latest is not None:
            waiting = self._latest.items()
            self._latest = {key: at for key, at in waiting if at >= self._start}


def _pull(stream: _Stream, pieces: list[bytes], budget: int) -> int:
    """Add the stream's next frames to ``pieces``; less than ``budget``: it ended."""
    size = 0
    for frame in stream.frames:
        pieces.append(frame)
        size += len(frame)
        if size >= budget:
            break
    return size
