"""Short texts that this server has signed, to be read back from an address."""

import binascii
import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode


class Signer:
    """The signature of one ``purpose``; what has that of another isn't taken."""

    def __init__(self, secret: str, purpose: bytes) -> None:
        # A key of its own, so that nothing signed is ever worth anything as a token.
        self._key = hmac.digest(secret.encode(), purpose, hashlib.sha256)

    def sign(self, plain: bytes) -> str:
        """Return a text that fits into an address and holds ``plain``, readable."""
        return f"{_encode(plain)}.{_encode(self._signature(plain))}"

    def read(self, signed: str) -> bytes | None:
        """Return what a text holds; None unless this server signed it."""
        try:
            plain, given = _decode(signed.partition(".")[0]), signed.encode()
        except (binascii.Error, ValueError):
            return None
        # As a whole: base64 is decoded in spite of characters that don't belong there.
        ours = self.sign(plain).encode()
        return plain if hmac.compare_digest(ours, given) else None

    def _signature(self, plain: bytes) -> bytes:
        return hmac.digest(self._key, plain, hashlib.sha256)[:24]


def _encode(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")


def _decode(text: str) -> bytes:
    return urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
