"""Listeners to events in this process, beside the connections."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from rtserver.access.changes import AccessEvent
from rtserver.callbacks import ignore
from rtserver.delivery.messages import Publication


@dataclass(slots=True)
class Listeners:
    """Callbacks by which delivery tells the rest of the process; none may wait.

    One object for all, since those who listen are built upon what they listen to: they
    are joined in ``rtserver.wiring``, before anything runs.
    """

    # An access change, in its turn.
    access: Callable[[AccessEvent], None] = ignore
    # What was committed here, once it has been delivered here: numbered events.
    published: Callable[[Sequence[Any]], None] = ignore
    # A numbered event that was queued for the connections here, whoever published it.
    delivered: Callable[[Publication], None] = ignore
    # A channel, and the id of a connection that no longer is subscribed to it.
    unsubscribed: Callable[[str, str], None] = ignore
    # A channel whose last connection here is gone.
    emptied: Callable[[str], None] = ignore
