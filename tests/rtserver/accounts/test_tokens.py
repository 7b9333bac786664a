import json

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from rtserver.accounts.keys import KeySet
from rtserver.accounts.tokens import (
    digest,
    new_secret,
)
from rtserver.errors import TokenExpired
from rtserver.settings.model import AuthSettings
from tests.fakes import FakeClock
from tests.rtserver.accounts.key_files import jwk, pem
from tests.rtserver.accounts.token_texts import (
    GOOD,
    NOW,
    VERIFIER,
    make,
    raw,
    refusal,
    signer,
    token,
)


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
