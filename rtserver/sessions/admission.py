"""Sessions coming and going: what every part of the process has to know of them."""

from datetime import UTC, datetime
from typing import Any

from rtserver.clock import Clock, rfc3339
from rtserver.delivery.session import Session, Sessions
from rtserver.delivery.subscriptions import Subscriptions
from rtserver.presence.contract import Presence
from rtserver.settings.model import Settings

PROTOCOL = 1


class Admission:
    """Lets sessions in, greets them, and clears up after them."""

    def __init__(
        self,
        sessions: Sessions,
        subscriptions: Subscriptions,
        presence: Presence,
        settings: Settings,
        clock: Clock,
    ) -> None:
        self._sessions = sessions
        self._subscriptions = subscriptions
        self._presence = presence
        self._settings = settings
        self._clock = clock

    def join(self, session: Session) -> None:
        """Let a session in; raises ``Disconnect`` over a limit."""
        self._sessions.add(session)
        self._presence.join(session.user_id, session.connection.id)

    def leave(self, session: Session) -> None:
        """Forget a session whose connection is over."""
        self._subscriptions.drop(session)
        self._sessions.remove(session)
        self._presence.leave(session.user_id, session.connection.id)

    def welcome(self, session: Session) -> dict[str, Any]:
        """Return the payload of ``welcome`` (contract 2.1)."""
        actor = session.actor
        return {
            "protocol": PROTOCOL,
            "connection_id": session.connection.id,
            "user": {"id": actor.user_id, "name": actor.name, "role": actor.role},
            "token_expires_at": expiry_of(session),
            "heartbeat_interval": plain_number(self._settings.presence.heartbeat),
            "server_time": rfc3339(self._clock.now()),
            "limits": {
                "subscriptions": self._settings.limits.subscriptions,
                "message_bytes": self._settings.limits.message_bytes,
            },
        }


def expiry_of(session: Session) -> str:
    """Return the moment at which a session's token ends."""
    return rfc3339(datetime.fromtimestamp(session.claims.expires_at, UTC))


def plain_number(seconds: float) -> int | float:
    """Write whole seconds without a fraction."""
    return int(seconds) if seconds == int(seconds) else seconds
