"""Access tokens (JWT, contract 2.1) and the opaque secrets of refresh and Api-Keys."""

import hashlib
import json
import re
import secrets
from base64 import urlsafe_b64decode
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import jwt

from rtserver.accounts.keys import HMAC, KeySet, Signature
from rtserver.clock import Clock
from rtserver.errors import TokenExpired, Unauthenticated

LEEWAY = 5.0
MAX_TOKEN = 8192
MAX_KNOWN = 4096
MAX_ID = 2**53 - 1
SHAPE = re.compile(r"([A-Za-z0-9_-]+)\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
USER_ID = re.compile(r"[1-9][0-9]{0,15}")
# Stored and compared in both databases: no NUL, no lone surrogate.
NAME = re.compile("[^\x00-\x1f\x7f-\x9f\ud800-\udfff]{1,128}")
ACCESS = "access"


@dataclass(frozen=True, slots=True)
class Claims:
    """The claims of a good token; times in whole seconds since 1970."""

    user_id: int
    expires_at: int
    issued_at: int | None
    sid: str | None
    jti: str | None
    signature: Signature = field(compare=False, repr=False)


class _Known(NamedTuple):
    """A token whose signature was good, and with which reading of the keys."""

    claims: Claims
    not_before: int | None
    key_reading: int


class TokenVerifier:
    """The check of access tokens.

    ``issuer`` and ``audience``, if not empty, are required.

    ``audience`` may hold several names with commas between: any one of them will do.
    """

    def __init__(
        self,
        keys: KeySet,
        *,
        issuer: str,
        audience: str,
        max_ttl: float,
        clock: Clock,
        leeway: float = LEEWAY,
    ) -> None:
        self._keys = keys
        self._issuer = issuer
        self._audiences = _split(audience)
        self._max_ttl = max_ttl
        self._clock = clock
        self._leeway = leeway
        self._known: dict[str, _Known] = {}

    def verify(self, token: str) -> Claims:
        """Return the claims of a good token.

        TokenExpired if nothing but its time is wrong, Unauthenticated otherwise.
        """
        known = self._look_up(token)
        self._check_times(known.claims, known.not_before)
        return known.claims

    def claims(self, token: str) -> Claims:
        """Return the claims of a token that is good but for its time."""
        return self._look_up(token).claims

    def is_signed(self, claims: Claims) -> bool:
        """Return whether the key that a good token was signed with is still there."""
        return self._keys.holds(claims.signature)

    def _look_up(self, token: str) -> "_Known":
        known = self._known.get(token)
        if known is None or known.key_reading != self._keys.reading:
            known = self._read(token)
            if len(self._known) >= MAX_KNOWN:
                self._known.clear()
            self._known[token] = known
        return known

    def _read(self, token: str) -> "_Known":
        """Check all of a token that time doesn't change."""
        reading = self._keys.reading
        payload, signature = self._payload(token)
        self._check_parties(payload)
        return _Known(_claims(payload, signature), _time(payload, "nbf"), reading)

    def _payload(self, token: str) -> tuple[dict[str, Any], Signature]:
        """Return what was signed, and with what, once the signature is checked."""
        shape = SHAPE.fullmatch(token) if len(token) <= MAX_TOKEN else None
        if not shape:
            raise _refused("it is no JWT")
        padding = "=" * (-len(shape[1]) % 4)
        try:
            header = _strict_object(urlsafe_b64decode(shape[1] + padding))
            signed, signature = self._signed(token, header)
            return _strict_object(signed), signature
        except (jwt.PyJWTError, ValueError, RecursionError):
            # Which of them it was is of use to nobody but a forger.
            raise _refused("its form or signature is wrong") from None

    def _signed(self, token: str, header: dict[str, Any]) -> tuple[bytes, Signature]:
        algorithm, kid = header.get("alg"), header.get("kid")
        if algorithm not in self._keys.algorithms:
            raise ValueError("an algorithm that isn't configured")
        if "crit" in header or "b64" in header:
            raise ValueError("extensions (RFC 7515 4.1.11, RFC 7797) aren't supported")
        for key in self._keys.find(algorithm, kid):
            try:
                signed: bytes = jwt.PyJWS().decode(token, key, algorithms=[algorithm])
                return signed, Signature(algorithm, kid, key)
            except jwt.InvalidSignatureError:
                continue
        raise ValueError("no key fits")

    def _check_parties(self, payload: dict[str, Any]) -> None:
        if self._issuer and payload.get("iss") != self._issuer:
            raise _refused("its issuer (iss) isn't the one configured here")
        found = payload.get("aud")
        audiences = found if isinstance(found, list) else [found]
        if self._audiences and not any(name in audiences for name in self._audiences):
            raise _refused("it isn't meant for this server (aud)")

    def _check_times(self, claims: Claims, not_before: int | None) -> None:
        now = self._clock.now().timestamp()
        latest = now + self._leeway
        if claims.expires_at > latest + self._max_ttl:
            raise _refused("it ends too far ahead (exp)")
        if claims.issued_at is not None and claims.issued_at > latest:
            raise _refused("it was issued in the future (iat)")
        if not_before is not None and not_before > latest:
            raise _refused("it isn't valid yet (nbf)")
        # In this order, as adding a float to an integer of any size may overflow.
        if claims.expires_at <= now - self._leeway:
            raise TokenExpired


class TokenSigner:
    """The signer of this server's access tokens, by HS256."""

    def __init__(
        self, secret: str, *, issuer: str, audience: str, ttl: float, clock: Clock
    ) -> None:
        self._secret = secret.encode()
        self._ttl = ttl
        self._clock = clock
        parties = {"iss": issuer, "aud": next(iter(_split(audience)), "")}
        self._parties = {name: value for name, value in parties.items() if value}

    def sign(
        self, user_id: int, *, sid: str | None = None, ttl: float | None = None
    ) -> tuple[str, int]:
        """Return a token and when it ends, in seconds since 1970."""
        now = self._clock.now().timestamp()
        expires_at = int(now + (self._ttl if ttl is None else ttl))
        payload = {
            "sub": str(user_id),
            "iat": int(now),
            "exp": expires_at,
            "jti": secrets.token_urlsafe(16),
            "typ": ACCESS,
            **self._parties,
            **({"sid": sid} if sid is not None else {}),
        }
        return jwt.encode(payload, self._secret, algorithm=HMAC), expires_at


def new_secret(prefix: str = "") -> str:
    """Return a fresh random secret of 256 bits, safe in headers and URLs."""
    return prefix + secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """Return what is stored of a secret; being random, it needs no slow hash."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def _refused(reason: str) -> Unauthenticated:
    return Unauthenticated(f"The token is not valid: {reason}.")


def _split(names: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in names.split(",") if name.strip())


def _strict_object(data: bytes) -> dict[str, Any]:
    """Read a JSON object; repeated keys, which readers take differently, raise."""
    value = json.loads(data.decode(), object_pairs_hook=_unique)
    if not isinstance(value, dict):
        raise ValueError("no JSON object")
    return value


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise ValueError("a repeated key")
    return result


def _claims(payload: dict[str, Any], signature: Signature) -> Claims:
    expires_at = payload.get("exp")
    # bool is an int in Python, and PyJWT takes "1800000000" for one.
    if type(expires_at) is not int:
        raise _refused("exp must be there, and be an integer")
    if payload.get("typ", ACCESS) != ACCESS:
        raise _refused("it is no access token (typ)")
    return Claims(
        user_id=_user_id(payload.get("sub")),
        expires_at=expires_at,
        issued_at=_time(payload, "iat"),
        sid=_name(payload, "sid"),
        jti=_name(payload, "jti"),
        signature=signature,
    )


def _user_id(sub: Any) -> int:
    if isinstance(sub, str) and USER_ID.fullmatch(sub):
        sub = int(sub)
    if type(sub) is not int or not 1 <= sub <= MAX_ID:
        raise _refused("sub must be the id of a user")
    return sub


def _time(payload: dict[str, Any], name: str) -> int | None:
    """Read an optional time, whose fraction is dropped (RFC 7519 2 allows one)."""
    if name not in payload:
        return None
    value = payload[name]
    if type(value) not in (int, float) or not abs(value) <= MAX_ID:
        raise _refused(f"{name} must be a time in seconds")
    return int(value)


def _name(payload: dict[str, Any], name: str) -> str | None:
    if name not in payload:
        return None
    value = payload[name]
    if not isinstance(value, str) or not NAME.fullmatch(value):
        raise _refused(f"{name} must be a string of 1 to 128 characters")
    return value
