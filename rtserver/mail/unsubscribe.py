"""Signed links that end one kind of mail for one user (RFC 8058)."""

from typing import NamedTuple

from rtserver.access.signed import Signer
from rtserver.errors import BadRequest

PATH = "/api/notifications/unsubscribe/"
_PURPOSE = b"rtserver unsubscribe 1"


class MailSubscription(NamedTuple):
    """The mails about one event to one user, which a link ends."""

    user_id: int
    event: str


class UnsubscribeLinks:
    """The signed links, made and read back; they need no login and never end."""

    def __init__(self, secret: str) -> None:
        self._signer = Signer(secret, _PURPOSE)

    def sign(self, subscription: MailSubscription) -> str:
        """Return the text that stands behind ``PATH``."""
        return self._signer.sign(
            f"{subscription.user_id}:{subscription.event}".encode()
        )

    def read(self, signed: str) -> MailSubscription:
        """Return what a link is about; BadRequest unless this server signed it."""
        plain = self._signer.read(signed)
        if plain is None:
            raise BadRequest(
                "This link isn't ours, or was cut: use the one in the mail."
            )
        user_id, _, event = plain.decode().partition(":")
        return MailSubscription(int(user_id), event)
