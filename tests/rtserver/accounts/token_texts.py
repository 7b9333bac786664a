"""Tokens, good and bad, and who verifies them."""

import json
from base64 import urlsafe_b64encode

import jwt
import pytest

from rtserver.accounts.keys import KeySet
from rtserver.accounts.tokens import TokenSigner, TokenVerifier
from rtserver.errors import TokenExpired, Unauthenticated
from rtserver.settings.model import AuthSettings
from tests.fakes import FakeClock

SECRET = "s" * 32
CLOCK = FakeClock()
NOW = int(CLOCK.now().timestamp())
GOOD = {"sub": "7", "exp": NOW + 900}


def make(keys=None, *, clock=CLOCK, issuer="", audience="", max_ttl=86_400):
    return TokenVerifier(
        keys or KeySet.load(AuthSettings(), secret=SECRET),
        issuer=issuer,
        audience=audience,
        max_ttl=max_ttl,
        clock=clock,
    )


VERIFIER = make()


def encode(data):
    return urlsafe_b64encode(data).decode().rstrip("=")


def raw(payload, header=b'{"alg":"HS256"}', secret=SECRET):
    """Sign any bytes as header and payload."""
    algorithm = jwt.algorithms.HMACAlgorithm(jwt.algorithms.HMACAlgorithm.SHA256)
    signing = f"{encode(header)}.{encode(payload)}"
    return f"{signing}.{encode(algorithm.sign(signing.encode(), secret.encode()))}"


def token(**claims):
    payload = {**GOOD, **claims}
    kept = {name: value for name, value in payload.items() if value is not ...}
    return raw(json.dumps(kept).encode())


def refusal(text, verifier=VERIFIER):
    with pytest.raises(Unauthenticated) as caught:
        verifier.verify(text)
    assert not isinstance(caught.value, TokenExpired)
    return caught.value.message


def signer(clock=CLOCK, **settings):
    parties = {"issuer": "", "audience": "", "ttl": 900, **settings}
    return TokenSigner(SECRET, clock=clock, **parties)
