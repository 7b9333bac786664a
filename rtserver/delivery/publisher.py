"""Send events on: through the gates to the hub, and over the bus to other processes."""

import logging
from collections.abc import Callable, Sequence
from typing import Any

from rtserver.access import changes as access
from rtserver.bus.contract import Bus
from rtserver.clock import Clock
from rtserver.delivery import wire
from rtserver.delivery.bus_messages import pack, topic_of, unpack
from rtserver.delivery.gates import Gates, Source
from rtserver.delivery.hub import Hub
from rtserver.delivery.publication import Publication, Receipted
from rtserver.delivery.session import Sessions
from rtserver.errors import log_unexpected
from rtserver.metrics.registry import Metrics

log = logging.getLogger(__name__)


class Publisher:
    """The one road from a commit to the sockets, here and in other processes.

    ``on_access`` gets the access changes, in order; it is set before the start.
    ``on_published`` hears of what was committed here, ``on_delivered`` of what has gone
    to the connections here.
    """

    def __init__(
        self,
        hub: Hub,
        sessions: Sessions,
        source: Source,
        bus: Bus,
        clock: Clock,
        metrics: Metrics,
    ) -> None:
        self._hub = hub
        self._sessions = sessions
        self._bus = bus
        self._resyncs = metrics.resyncs
        self.gates = Gates(source, self._deliver, self._lost, clock)
        self.gates.on_followed = bus.follow
        self.gates.on_unfollowed = bus.unfollow
        bus.received = self._receive
        bus.subscribed = self.gates.compare_soon
        self.on_access: Callable[[access.AccessEvent], None]
        self.on_published: Callable[[Sequence[Any]], None] = _ignore
        self.on_delivered: Callable[[Publication], None] = _ignore

    def publish(self, events: Sequence[Any]) -> None:
        """Deliver events here first, then hand them to the other processes."""
        for event in events:
            self._pass(event)
        if not self._bus.alone:
            for event in events:
                self._forward(event)
        self.on_published(events)

    def _pass(self, event: Any) -> None:
        """Deliver a numbered event in its turn, another one at once."""
        if not event.stream:
            self._deliver(event)
        elif not self.gates.offer(event) and isinstance(event, Receipted):
            # A gap was read between its commit and now; its author waits all the same.
            event.receipt()

    def _forward(self, event: Any) -> None:
        if isinstance(event, Receipted):
            event = event.event
        if topic := topic_of(event):
            self._bus.publish(topic, pack(event))

    def _receive(self, topic: str, message: bytes) -> None:
        """Deliver what another process has published."""
        try:
            self._pass(unpack(topic, message))
        except Exception as error:
            log_unexpected(log, error, "reading another process's event")

    def _deliver(self, event: Any) -> None:
        try:
            if isinstance(event, Publication):
                self._hub.deliver(event)
                self.on_delivered(event)
            elif isinstance(event, Receipted):
                self._hub.deliver(event.event)
                event.receipt()
            else:
                self.on_access(event)
        except Exception as error:
            # The stream has to go on: one event that can't be told stays alone.
            log_unexpected(log, error, "delivering an event")

    def _lost(self, stream: str) -> None:
        """Tell whoever follows a stream that a hole in it can't be filled."""
        for session in self._sessions:
            for subscription in session.subscriptions.values():
                if stream in subscription.streams:
                    frame = wire.resync(subscription.channel)
                    self._hub.tell(session.connection, frame)
                    self._resyncs.inc()


def _ignore(_: Any) -> None:
    """Tell nobody: nobody asked."""
