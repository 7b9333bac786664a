import json
from base64 import urlsafe_b64encode

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rtserver.accounts.keys import KeySet
from rtserver.accounts.tokens import (
    MAX_TOKEN,
    TokenSigner,
    TokenVerifier,
    digest,
    new_secret,
)
from rtserver.errors import TokenExpired, Unauthenticated
from rtserver.settings.model import AuthSettings
from tests.fakes import FakeClock
from tests.rtserver.accounts.key_files import jwk, pem

SECRET = "s" * 32
CLOCK = FakeClock()
NOW = int(CLOCK.now().timestamp())
GOOD = {"sub": "7", "exp": NOW + 900}

ANY_TEXT = st.text(st.characters(exclude_categories=()))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | ANY_TEXT,
    lambda inner: st.lists(inner) | st.dictionaries(ANY_TEXT, inner),
    max_leaves=5,
)
NAMES = ("sub", "exp", "iat", "nbf", "typ", "sid", "jti", "iss", "aud")


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


def test_a_good_token_gives_its_claims():
    claims = VERIFIER.verify(token(iat=NOW, sid="s", jti="j", typ="access", x=[1]))

    assert (claims.user_id, claims.expires_at, claims.issued_at) == (7, NOW + 900, NOW)
    assert (claims.sid, claims.jti) == ("s", "j")


def test_only_sub_and_exp_are_needed():
    claims = VERIFIER.verify(token())

    assert (claims.issued_at, claims.sid, claims.jti) == (None, None, None)


@pytest.mark.parametrize("sub", [1, "1", 2**53 - 1, str(2**53 - 1)])
def test_sub_is_the_id_of_a_user(sub):
    assert VERIFIER.verify(token(sub=sub)).user_id == int(sub)


@pytest.mark.parametrize(
    "sub",
    [..., None, True, 0, -1, 1.0, 2**53, [], {}, "", "0", "07", "+7", " 7", "7\n"],
)
def test_any_other_sub_is_refused(sub):
    assert "sub" in refusal(token(sub=sub))


@pytest.mark.parametrize("sub", ["a", "٧", "7.0", str(2**53), "9" * 400, "\ud800"])
def test_a_string_that_is_no_id_is_refused(sub):
    assert "sub" in refusal(token(sub=sub))


@pytest.mark.parametrize(
    "exp", [..., None, True, str(NOW + 900), NOW + 900.0, [], float("nan")]
)
def test_exp_must_be_an_integer(exp):
    assert "exp" in refusal(token(exp=exp))


def test_a_token_expires_after_the_leeway():
    assert VERIFIER.verify(token(exp=NOW - 4))

    for exp in (NOW - 5, 0, -(10**400)):
        with pytest.raises(TokenExpired):
            VERIFIER.verify(token(exp=exp))


def test_a_token_that_is_wrong_in_other_ways_too_is_not_merely_expired():
    late = NOW - 900

    refusal(token(exp=late, typ="refresh"))
    refusal(token(exp=late, sub="x"))
    refusal(token(exp=late, nbf=NOW + 900))
    refusal(raw(json.dumps({**GOOD, "exp": late}).encode(), secret="x" * 32))


def test_a_token_may_not_outlive_max_ttl():
    assert VERIFIER.verify(token(exp=NOW + 86_405))
    assert "far ahead" in refusal(token(exp=NOW + 86_406))
    assert "far ahead" in refusal(token(exp=10**400))


@pytest.mark.parametrize("name", ["nbf", "iat"])
@pytest.mark.parametrize("value", [NOW + 5, NOW - 10**6, NOW + 0.5, 0])
def test_a_time_that_has_come_passes(name, value):
    assert VERIFIER.verify(token(**{name: value}))


@pytest.mark.parametrize("name", ["nbf", "iat"])
@pytest.mark.parametrize(
    "value", [NOW + 6, None, True, str(NOW), 10**400, float("inf"), float("nan")]
)
def test_a_time_to_come_or_no_time_is_refused(name, value):
    assert name in refusal(token(**{name: value}))


@pytest.mark.parametrize("typ", ["refresh", "Access", "", None, ["access"]])
def test_a_token_of_another_type_is_refused(typ):
    assert "typ" in refusal(token(typ=typ))


@pytest.mark.parametrize("name", ["sid", "jti"])
@pytest.mark.parametrize("value", [None, 1, "", "x" * 129, "\0", "\ud800", ["a"]])
def test_a_sid_or_jti_is_a_short_string(name, value):
    assert VERIFIER.verify(token(**{name: "x" * 128}))
    assert name in refusal(token(**{name: value}))


def test_the_issuer_is_required_where_configured():
    verifier = make(issuer="https://id.example")

    assert verifier.verify(token(iss="https://id.example"))
    for issuer in (..., "https://id.example/", None, ["https://id.example"]):
        assert "iss" in refusal(token(iss=issuer), verifier)


def test_one_of_the_audiences_is_required_where_configured():
    verifier = make(audience="school, club")

    for audience in ("school", "club", ["x", "club"]):
        assert verifier.verify(token(aud=audience))
    for audience in (..., "x", "school, club", [], None, {"school": 1}, [["school"]]):
        assert "aud" in refusal(token(aud=audience), verifier)


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


def test_a_refusal_quotes_nothing_of_the_token():
    for claims in ({"typ": "private"}, {"sub": "private"}, {"sid": "private" * 99}):
        assert "private" not in refusal(token(**claims))


@pytest.fixture(scope="module")
def rsa_keys(tmp_path_factory):
    """Two RSA keys, an EC key, and a verifier that knows the first as `a`."""
    folder = tmp_path_factory.mktemp("keys")
    first, known, unknown = (rsa.generate_private_key(65537, 2048) for _ in range(3))
    curve = ec.generate_private_key(ec.SECP256R1())
    jwks = {"keys": [jwk(first, kid="f"), jwk(known, kid="a"), jwk(curve, kid="e")]}
    (folder / "jwks.json").write_text(json.dumps(jwks))
    auth = AuthSettings(algorithms=("RS256", "ES256"), jwks_file=folder / "jwks.json")
    return known, unknown, curve, make(KeySet.load(auth, secret=""))


def test_a_public_key_checks_what_its_private_key_signed(rsa_keys):
    known, unknown, curve, verifier = rsa_keys
    header = {"kid": "a"}

    assert verifier.verify(jwt.encode(GOOD, known, "RS256", headers=header))
    assert verifier.verify(jwt.encode(GOOD, known, "RS256"))
    assert verifier.verify(jwt.encode(GOOD, curve, "ES256", headers={"kid": "e"}))
    refusal(jwt.encode(GOOD, unknown, "RS256", headers=header), verifier)


def test_an_unknown_kid_or_that_of_another_algorithm_is_refused(rsa_keys):
    known, _, _, verifier = rsa_keys

    for kid in ("b", "", "e"):
        text = jwt.encode(GOOD, known, "RS256", headers={"kid": kid})
        refusal(text, verifier)


def test_a_public_key_is_never_taken_for_a_secret(rsa_keys):
    known, _, _, verifier = rsa_keys
    body = json.dumps(GOOD).encode()
    for header in (b'{"alg":"HS256"}', b'{"alg":"RS256"}', b'{"alg":"ES256"}'):
        refusal(raw(body, header, secret=pem(known).decode()), verifier)


def test_hs256_is_refused_where_it_is_not_configured(rsa_keys):
    refusal(token(), rsa_keys[-1])


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


def test_a_signed_token_is_verified_with_the_same_settings():
    parties = {"issuer": "https://school.example", "audience": "school,club"}
    text, expires_at = signer(**parties).sign(7, sid="family")

    claims = make(**parties).verify(text)
    assert (claims.user_id, claims.sid, claims.issued_at) == (7, "family", NOW)
    assert claims.expires_at == expires_at == NOW + 900
    assert claims.jti


def test_a_signed_token_lasts_no_longer_than_told_but_for_the_leeway():
    clock = FakeClock()
    clock.advance(0.5)
    text, expires_at = signer(clock).sign(7, ttl=60)

    assert expires_at == NOW + 60
    clock.advance(64.4)
    assert make(clock=clock).verify(text)
    clock.advance(0.1)
    with pytest.raises(TokenExpired):
        make(clock=clock).verify(text)


def test_two_tokens_of_one_moment_differ():
    assert signer().sign(7) != signer().sign(7)


def test_a_token_without_a_login_has_no_sid():
    assert make().verify(signer().sign(7)[0]).sid is None


def test_an_opaque_secret_is_long_random_and_kept_as_a_digest():
    one, other = new_secret("rk_"), new_secret("rk_")

    assert one != other
    assert one.startswith("rk_") and len(one) == 46
    assert digest(one) == digest(one) != digest(other)
    assert len(digest("\ud800")) == 64


def test_a_token_that_was_good_expires_all_the_same():
    clock = FakeClock()
    verifier = make(clock=clock)
    text = token(exp=NOW + 60)
    verifier.verify(text)
    clock.advance(66)

    with pytest.raises(TokenExpired):
        verifier.verify(text)


def test_a_token_that_was_good_is_refused_once_its_key_is_gone(tmp_path):
    key, other = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    path = tmp_path / "key.pem"
    path.write_bytes(pem(key))
    settings = AuthSettings(algorithms=("ES256",), public_key_file=path)
    keys = KeySet.load(settings, secret="")
    verifier = make(keys)
    text = jwt.encode(GOOD, key, algorithm="ES256")
    verifier.verify(text)
    path.write_bytes(pem(other))
    keys.reload()

    refusal(text, verifier)
