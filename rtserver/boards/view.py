"""A board as its members are shown it: the snapshot of contract 2.5."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from rtserver.boards.canvas import Canvas
from rtserver.boards.state import to_millis
from rtserver.delivery.wire import object_parts

# Younger tombstones are in a snapshot, so that clients learn what was deleted.
SHOWN_TOMBSTONES = timedelta(days=1)


class BoardView(NamedTuple):
    """A board at exactly ``seq``: its elements' JSON, younger tombstones included."""

    seq: int
    epoch: str
    taken_at: datetime
    elements: Sequence[bytes]

    @property
    def size(self) -> int:
        """Return about how many bytes it is."""
        return sum(map(len, self.elements))

    def chunks(self) -> Iterator[bytes]:
        """Return the snapshot as JSON, in pieces of about 64 KiB."""
        head = {"seq": self.seq, "epoch": self.epoch, "taken_at": self.taken_at}
        return object_parts(head, "elements", self.elements)


def shown(canvas: Canvas, now: datetime) -> list[bytes]:
    """Return the JSON of the elements that a snapshot of ``now`` has."""
    return canvas.visible(to_millis(now - SHOWN_TOMBSTONES))
