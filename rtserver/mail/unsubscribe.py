"""Signed links that end one kind of mail for one user (RFC 8058)."""

import binascii
import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import NamedTuple

from rtserver.errors import BadRequest

PATH = "/api/notifications/unsubscribe/"
_PURPOSE = b"rtserver unsubscribe 1"


class Subscription(NamedTuple):
    """The mails about one event to one user, which a link ends."""

    user_id: int
    event: str


class UnsubscribeLinks:
    """The signed links, made and read back; they need no login and never end."""

    def __init__(self, secret: str) -> None:
        # A key of its own, so that no link is ever worth anything as a token.
        self._key = hmac.digest(secret.encode(), _PURPOSE, hashlib.sha256)

    def sign(self, subscription: Subscription) -> str:
        """Return the text that stands behind ``PATH``."""
        plain = f"{subscription.user_id}:{subscription.event}".encode()
        return f"{_encode(plain)}.{_encode(self._signature(plain))}"

    def read(self, signed: str) -> Subscription:
        """Return what a link is about; BadRequest unless this server signed it."""
        plain, _, signature = signed.partition(".")
        try:
            known, given = _decode(plain), _decode(signature)
        except (binascii.Error, ValueError):
            raise _bad() from None
        if not hmac.compare_digest(self._signature(known), given):
            raise _bad()
        user_id, _, event = known.decode().partition(":")
        subscription = Subscription(int(user_id), event)
        if self.sign(subscription) != signed:
            # Base64 is decoded in spite of characters that don't belong there.
            raise _bad()
        return subscription

    def _signature(self, plain: bytes) -> bytes:
        return hmac.digest(self._key, plain, hashlib.sha256)[:24]


def _bad() -> BadRequest:
    return BadRequest("This link isn't ours, or was cut: use the one in the mail.")


def _encode(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")


def _decode(text: str) -> bytes:
    return urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
