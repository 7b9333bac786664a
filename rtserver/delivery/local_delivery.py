"""The end of an event's way in this process: its connections, and who listens."""

import logging
from collections.abc import Iterable
from typing import Any

from rtserver.delivery import wire
from rtserver.delivery.hub import Hub
from rtserver.delivery.listeners import Listeners
from rtserver.delivery.messages import Publication, Resync
from rtserver.delivery.pending_ack import EventWithAck
from rtserver.delivery.session import Session
from rtserver.errors import log_unexpected
from rtserver.metrics.registry import Metrics

log = logging.getLogger(__name__)


class LocalDelivery:
    """Delivers, in this process, what has passed the gates or needs none."""

    def __init__(
        self,
        hub: Hub,
        sessions: Iterable[Session],
        listeners: Listeners,
        metrics: Metrics,
    ) -> None:
        self._hub = hub
        self._sessions = sessions
        self._listeners = listeners
        self._resyncs = metrics.resyncs

    def deliver(self, event: Any) -> None:
        """Hand an event to the connections it is for; never raises."""
        try:
            if isinstance(event, Publication):
                self._hub.deliver(event)
                if event.stream:  # as in ``Publisher``
                    self._listeners.delivered(event)
            elif isinstance(event, EventWithAck):
                try:
                    self._hub.deliver(event.event)
                finally:
                    # It is committed: its author waits, whoever couldn't be told.
                    event.on_delivered()
            else:
                self._listeners.access(event)
        except Exception as error:
            # The stream has to go on: one event that can't be told stays alone.
            log_unexpected(log, error, "delivering an event")

    def lost(self, stream: str) -> None:
        """Tell whoever follows a stream that a gap in it can't be filled."""
        for session in self._sessions:
            for subscription in session.subscriptions.values():
                if stream in subscription.streams:
                    frame = wire.frame(Resync(subscription.channel))
                    self._hub.tell(session.connection, frame)
                    self._resyncs.inc()
