"""Public keys in files: which are taken, and what the others are told."""

import json

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from rtserver.accounts import public_keys
from rtserver.accounts.keys import KeysError, KeySet
from rtserver.settings.model import AuthSettings
from tests.rtserver.accounts.key_files import jwk, pem

SECRET = "s" * 32


@pytest.mark.parametrize("content", [b"", b"secret", b"\xff", b"-----BEGIN PUBLIC KEY"])
def test_a_file_that_is_no_public_key_is_refused(load, content):
    with pytest.raises(KeysError, match="public_key_file"):
        load("RS256", public_key=content)


def test_a_private_key_is_refused(load, rsa_key):
    private = rsa_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())

    with pytest.raises(KeysError, match="no public key"):
        load("RS256", public_key=private)


@pytest.mark.parametrize(
    ("algorithms", "line"),
    [
        (("ES256",), "Set algorithms = RS256, or"),
        (("HS256", "ES256"), "Set algorithms = HS256, RS256, or"),
    ],
)
def test_a_key_for_no_configured_algorithm_is_refused_with_the_line_to_set(
    load, rsa_key, algorithms, line
):
    with pytest.raises(KeysError, match="is for RS256, which isn't in .*" + line):
        load(*algorithms, public_key=pem(rsa_key))


def test_a_key_of_another_kind_is_refused_with_those_that_are_taken(load):
    curve = ec.generate_private_key(ec.SECP384R1())

    with pytest.raises(KeysError, match=r"public_key_file: .*pem holds .* P-256"):
        load("ES256", public_key=pem(curve))


def test_a_short_rsa_key_is_refused(load):
    short = rsa.generate_private_key(65537, 1024)

    with pytest.raises(KeysError, match=r"key_file: .*pem is .* 1024 bits.*genrsa"):
        load("RS256", public_key=pem(short))
    with pytest.raises(KeysError, match=r"the key 'k' in .* is .* 1024 bits"):
        load("RS256", jwks={"keys": [jwk(short, kid="k")]})


def test_a_missing_file_is_named(tmp_path):
    auth = AuthSettings(algorithms=("RS256",), jwks_file=tmp_path / "none.json")

    with pytest.raises(KeysError, match=r"jwks_file: .*none\.json can't be read"):
        KeySet.load(auth, secret=SECRET)


def test_keys_of_a_jwks_that_are_for_something_else_are_left_out(
    tmp_path, rsa_key, ec_key
):
    entries = [
        jwk(rsa_key, kid="encrypts", use="enc"),
        jwk(rsa_key, kid="signs", key_ops=["sign"]),
        jwk(rsa_key, kid="other", alg="PS256"),
        {"kty": "oct", "k": "c2VjcmV0", "kid": "secret", "alg": "HS256"},
        {"kty": "new", "kid": "future"},
        jwk(ec_key, kid="unasked"),
        jwk(rsa_key, kid="good", use="sig", alg="RS256"),
    ]
    path = tmp_path / "jwks.json"
    path.write_text(json.dumps({"keys": entries}))
    auth = AuthSettings(algorithms=("RS256", "HS256"), jwks_file=path)

    assert [key.kid for key in public_keys.read(auth)] == ["good"]


@pytest.mark.parametrize(
    "jwks",
    [
        [],
        {},
        {"keys": {}},
        {"keys": [1]},
        {"keys": [{"kty": 1}]},
        {"keys": [{"kty": "RSA", "kid": 1}]},
        {"keys": [{"kty": "RSA"}]},
        {"keys": [{"kty": "RSA", "n": "!", "e": "AQAB"}]},
        {"keys": [{"kty": "RSA", "n": "AQAB", "e": "ї"}]},
        {"keys": [{"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"}]},
        {"keys": [{"kty": "OKP", "crv": "Ed25519", "x": "AA"}]},
    ],
)
def test_a_broken_jwks_is_refused(load, jwks):
    with pytest.raises(KeysError, match="jwks_file"):
        load("RS256", "ES256", "EdDSA", jwks=jwks)


def test_a_jwks_with_a_private_key_is_refused(load, rsa_key):
    with pytest.raises(KeysError, match="private"):
        load("RS256", jwks={"keys": [jwk(rsa_key, d="AQAB")]})
