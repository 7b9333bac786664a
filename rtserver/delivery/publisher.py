"""Send events on: through the gates to those here, and over the bus to the others."""

import logging
from collections.abc import Sequence
from typing import Any

from rtserver.bus.contract import Bus
from rtserver.delivery.bus_messages import pack, topic_of, unpack
from rtserver.delivery.gates import Gates
from rtserver.delivery.listeners import Listeners
from rtserver.delivery.local_delivery import LocalDelivery
from rtserver.delivery.pending_ack import EventWithAck
from rtserver.errors import log_unexpected

log = logging.getLogger(__name__)


class Publisher:
    """The one way from a commit to the sockets, here and in other processes."""

    def __init__(
        self, gates: Gates, local: LocalDelivery, bus: Bus, listeners: Listeners
    ) -> None:
        self._gates = gates
        self._local = local
        self._bus = bus
        self._listeners = listeners

    def publish(self, events: Sequence[Any]) -> None:
        """Deliver events here first, then hand them to the other processes."""
        committed = [event for event in events if self._pass(event)]
        if not self._bus.alone:
            for event in events:
                self._forward(event)
        # The others, such as cursors, concern nobody but the connections.
        if committed:
            self._tell(committed)

    def received(self, topic: str, message: bytes) -> None:
        """Deliver what another process has published."""
        try:
            self._pass(unpack(topic, message))
        except Exception as error:
            log_unexpected(log, error, "reading another process's event")

    def subscribed(self, topics: Sequence[str]) -> None:
        """Find what the bus may have lost before it stood."""
        self._gates.compare_soon(topics)

    def _tell(self, committed: Sequence[Any]) -> None:
        try:
            self._listeners.published(committed)
        except Exception as error:
            # Behind the events wait those who caused them, and other people too.
            log_unexpected(log, error, "telling who listens to commits")

    def _pass(self, event: Any) -> bool:
        """Deliver a numbered event in its turn, another at once; tell which it is."""
        if not event.stream:
            self._local.deliver(event)
            return False
        if not self._gates.offer(event) and isinstance(event, EventWithAck):
            # A position that somebody follows from covers it; its author needs the ack.
            event.on_delivered()
        return True

    def _forward(self, event: Any) -> None:
        if isinstance(event, EventWithAck):
            event = event.event
        if topic := topic_of(event):
            self._bus.publish(topic, pack(event))
