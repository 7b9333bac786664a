"""The addresses of video calls: a secret name for each, and Jitsi's token.

Jitsi checks a token in its Prosody (``mod_auth_token``): algorithm and type in the
head, ``iss`` and ``aud`` against its app id, ``nbf`` and ``exp`` to the second,
``room`` against the room's name, ``sub`` against its domain. The rest is for its pages.
"""

import hashlib
import hmac
from base64 import b32encode, urlsafe_b64encode
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import msgspec

from rtserver.access.actor import Actor
from rtserver.settings.calls import ROOM, CallsSettings

_PURPOSE = b"rtserver call 1"
_NAME_BYTES = 20
_HEAD = {"alg": "HS256", "typ": "JWT"}


class CallGuest(NamedTuple):
    """Somebody whom a link lets into a call, from when until when."""

    actor: Actor
    is_tutor: bool
    since: datetime
    until: datetime


class CallLinks:
    """The maker of links to calls; ``secret`` is the server's own."""

    def __init__(self, settings: CallsSettings, secret: str) -> None:
        self._settings = settings
        # A key of its own, so that no name tells anything of other keys.
        self._key = hmac.digest(secret.encode(), _PURPOSE, hashlib.sha256)

    @property
    def has_tokens(self) -> bool:
        """Return whether links carry a token."""
        return bool(self._settings.jitsi_app_id)

    def name(self, lesson_id: int, number: int) -> str:
        """Return the name of a lesson's room: the same for all, and nobody's guess.

        ``number`` counts the names that the lesson has had.
        """
        plain = f"{lesson_id}:{number}".encode()
        digest = hmac.digest(self._key, plain, hashlib.sha256)
        return b32encode(digest[:_NAME_BYTES]).decode().lower()

    def link(self, name: str, guest: CallGuest) -> str:
        """Return the link to a room."""
        url = self._settings.url.replace(ROOM, name)
        if not self.has_tokens:
            return url
        address, mark, fragment = url.partition("#")
        joint = "&" if "?" in address else "?"
        return f"{address}{joint}jwt={self._token(name, guest)}{mark}{fragment}"

    def _token(self, name: str, guest: CallGuest) -> str:
        app_id = self._settings.jitsi_app_id
        user: dict[str, Any] = {
            # Texts: of other types its pages may know nothing.
            "id": str(guest.actor.user_id),
            "name": guest.actor.name,
            "moderator": guest.is_tutor,
        }
        claims = {
            "aud": app_id,
            "iss": app_id,
            "sub": urlsplit(self._settings.url).hostname,
            "room": name,
            "nbf": int(guest.since.timestamp()),
            "exp": int(guest.until.timestamp()),
            "context": {"user": user},
        }
        return self._signed(claims)

    def _signed(self, claims: dict[str, Any]) -> str:
        """Sign claims (RFC 7515).

        Not with PyJWT: it warns of every short secret, and this one is Jitsi's choice.
        """
        head, body = (_base64(msgspec.json.encode(part)) for part in (_HEAD, claims))
        secret = self._settings.jitsi_secret.reveal().encode()
        signature = hmac.digest(secret, f"{head}.{body}".encode(), hashlib.sha256)
        return f"{head}.{body}.{_base64(signature)}"


def _base64(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")
