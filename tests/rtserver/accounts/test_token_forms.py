"""What is no token, or one that could be read in two ways."""

import json

import jwt
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rtserver.accounts.tokens import (
    MAX_TOKEN,
)
from rtserver.errors import Unauthenticated
from tests.rtserver.accounts.token_texts import (
    GOOD,
    NOW,
    VERIFIER,
    raw,
    refusal,
    token,
)

ANY_TEXT = st.text(st.characters(exclude_categories=()))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | ANY_TEXT,
    lambda inner: st.lists(inner) | st.dictionaries(ANY_TEXT, inner),
    max_leaves=5,
)


NAMES = ("sub", "exp", "iat", "nbf", "typ", "sid", "jti", "iss", "aud")


@pytest.mark.parametrize(
    "header",
    [
        b'{"alg":"none"}',
        b'{"alg":"None"}',
        b'{"alg":"HS512"}',
        b'{"alg":"RS256"}',
        b'{"alg":["HS256"]}',
        b'{"alg":null}',
        b"{}",
        b'{"alg":"HS256","crit":["exp"]}',
        b'{"alg":"HS256","crit":[]}',
        b'{"alg":"HS256","crit":["b64"],"b64":true}',
        b'{"alg":"HS256","b64":true}',
        b'{"alg":"HS256","b64":false}',
        b'{"alg":"HS256","kid":1}',
        b'{"alg":"HS256","kid":null}',
        b'{"alg":"none","alg":"HS256"}',
        b'{"alg":"HS256","\\ud800":1,"\\ud800":2}',
        b'["alg"]',
        b"\xff",
        b"{",
        b"[" * 3000,
    ],
)
def test_a_token_with_another_header_is_refused(header):
    assert "form or signature" in refusal(raw(json.dumps(GOOD).encode(), header))


def test_a_token_of_nobody_is_refused():
    unsigned = jwt.encode(GOOD, None, algorithm="none")

    refusal(unsigned)
    refusal(unsigned + "AAAA")
    refusal(token()[:-4] + "AAAA")
    refusal(raw(json.dumps(GOOD).encode(), secret="x" * 32))


@pytest.mark.parametrize(
    "payload",
    [
        b'{"sub":7,"exp":%d,"sub":8}' % (NOW + 900),
        b'{"sub":7,"exp":%d,"x":{"a":1,"a":2}}' % (NOW + 900),
        b"[]",
        b"7",
        b" ",
        b"\xff",
        json.dumps(GOOD).encode("utf-16"),
        b"[" * 3000,
        b'{"exp":' + b"9" * 5000 + b"}",
    ],
)
def test_a_payload_that_can_be_read_in_two_ways_or_none_is_refused(payload):
    assert "form or signature" in refusal(raw(payload))


@pytest.mark.parametrize(
    "text", ["", ".", "..", "a.b", "a.b.c.d", "a.b.c\n", "\ud800", "a.b=.c", "ї.ї.ї"]
)
def test_what_is_no_jwt_is_refused(text):
    assert refusal(text)


def test_a_token_over_8_kib_is_refused():
    long = token(x="x" * 6000)

    assert VERIFIER.verify(long)
    assert "JWT" in refusal(token(x="x" * MAX_TOKEN))


@given(st.one_of(ANY_TEXT, st.from_regex(r"[\w-]+\.[\w-]+\.[\w-]*")))
def test_no_text_raises_anything_but_unauthenticated(text):
    with pytest.raises(Unauthenticated):
        VERIFIER.verify(text)


@given(st.dictionaries(st.sampled_from(NAMES), JSON))
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_no_signed_claims_raise_anything_but_unauthenticated(claims):
    try:
        VERIFIER.verify(token(**claims))
    except Unauthenticated as error:
        assert error.message.encode()


@given(st.binary(), st.dictionaries(st.sampled_from(["alg", "kid", "crit"]), JSON))
def test_no_signed_bytes_raise_anything_but_unauthenticated(payload, header):
    for head in (header, {**header, "alg": "HS256"}):
        with pytest.raises(Unauthenticated):
            VERIFIER.verify(raw(payload, json.dumps(head).encode()))
