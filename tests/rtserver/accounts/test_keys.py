import json

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from rtserver.accounts.keys import KeysError, KeySet
from rtserver.settings.model import AuthSettings

SECRET = "s" * 32


def pem(key):
    public = key.public_key()
    return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def jwk(key, **more):
    kinds = {rsa.RSAPrivateKey: "RSA", ec.EllipticCurvePrivateKey: "EC"}
    name = next((kinds[kind] for kind in kinds if isinstance(key, kind)), "OKP")
    reader = getattr(jwt.algorithms, f"{name}Algorithm")
    return {**reader.to_jwk(key.public_key(), as_dict=True), **more}


@pytest.fixture(scope="module")
def rsa_key():
    return rsa.generate_private_key(65537, 2048)


@pytest.fixture(scope="module")
def ec_key():
    return ec.generate_private_key(ec.SECP256R1())


@pytest.fixture
def load(tmp_path):
    """Write key files and load them."""

    def load(*algorithms, secret=SECRET, public_key=None, jwks=None):
        auth = {"algorithms": algorithms}
        if public_key is not None:
            auth["public_key_file"] = tmp_path / "key.pem"
            auth["public_key_file"].write_bytes(public_key)
        if jwks is not None:
            auth["jwks_file"] = tmp_path / "jwks.json"
            auth["jwks_file"].write_text(json.dumps(jwks))
        return KeySet.load(AuthSettings(**auth), secret=secret)

    return load


def test_the_secret_is_the_key_of_hs256_alone(load):
    keys = load("HS256")

    assert keys.algorithms == ("HS256",)
    assert keys.find("HS256", "any") == [SECRET.encode()]
    assert keys.find("RS256", None) == []


def test_a_short_secret_is_refused(load):
    with pytest.raises(KeysError, match=r"\[auth\] secret .*32 bytes"):
        load("HS256", secret="s" * 31)


def test_a_public_key_is_no_secret(load, rsa_key):
    with pytest.raises(KeysError, match="public key"):
        load("HS256", secret=pem(rsa_key).decode())


def test_without_hs256_the_secret_is_no_key(load, rsa_key):
    keys = load("RS256", secret="short", public_key=pem(rsa_key))

    assert keys.find("HS256", None) == []


def test_a_public_key_in_pem_serves_its_own_algorithm(load, rsa_key, ec_key):
    ed_key = ed25519.Ed25519PrivateKey.generate()
    for algorithm, key in (("RS256", rsa_key), ("ES256", ec_key), ("EdDSA", ed_key)):
        keys = load("HS256", algorithm, public_key=pem(key))

        assert keys.find(algorithm, "any") == [key.public_key()]
        assert keys.find("HS256", None) == [SECRET.encode()]


@pytest.mark.parametrize("content", [b"", b"secret", b"\xff", b"-----BEGIN PUBLIC KEY"])
def test_a_file_that_is_no_public_key_is_refused(load, content):
    with pytest.raises(KeysError, match="public_key_file"):
        load("RS256", public_key=content)


def test_a_private_key_is_refused(load, rsa_key):
    private = rsa_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())

    with pytest.raises(KeysError, match="no public key"):
        load("RS256", public_key=private)


@pytest.mark.parametrize(
    ("content", "command"),
    [
        (b"-----BEGIN PRIVATE KEY-----", "openssl pkey -in KEY -pubout"),
        (b"-----BEGIN RSA PRIVATE KEY-----", "openssl pkey -in KEY -pubout"),
        (b"-----BEGIN CERTIFICATE-----", "openssl x509 -in KEY -noout -pubkey"),
        (b"-----BEGIN PUBLIC KEY", "openssl pkey -pubin -in KEY -pubout"),
        (b"\x30\x82\x01", "openssl pkey -pubin -in KEY -pubout -inform DER"),
    ],
)
def test_what_is_no_public_key_is_refused_with_how_to_make_it_one(
    load, tmp_path, content, command
):
    with pytest.raises(KeysError) as refusal:
        load("RS256", public_key=content)

    command = command.replace("KEY", str(tmp_path / "key.pem"))
    assert f"{command} > public.pem" in str(refusal.value)
    assert "set public_key_file = public.pem" in str(refusal.value)


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


def test_a_jwks_serves_each_algorithm_by_kid(load, rsa_key, ec_key):
    other = rsa.generate_private_key(65537, 2048)
    entries = [jwk(rsa_key, kid="a"), jwk(other, kid="b"), jwk(ec_key, kid="a")]
    keys = load("RS256", "ES256", jwks={"keys": entries})

    assert keys.find("RS256", "b") == [other.public_key()]
    assert keys.find("RS256", None) == [rsa_key.public_key(), other.public_key()]
    assert keys.find("ES256", "a") == [ec_key.public_key()]
    assert keys.find("RS256", "c") == []


def test_keys_of_a_jwks_that_are_for_something_else_are_left_out(load, rsa_key, ec_key):
    entries = [
        jwk(rsa_key, kid="encrypts", use="enc"),
        jwk(rsa_key, kid="signs", key_ops=["sign"]),
        jwk(rsa_key, kid="other", alg="PS256"),
        {"kty": "oct", "k": "c2VjcmV0", "kid": "secret", "alg": "HS256"},
        {"kty": "new", "kid": "future"},
        jwk(ec_key, kid="unasked"),
        jwk(rsa_key, kid="good", use="sig", alg="RS256"),
    ]
    keys = load("RS256", "HS256", jwks={"keys": entries})

    assert [key.kid for key in keys._keys] == [None, "good"]


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


def test_an_algorithm_without_a_key_is_refused(load, rsa_key):
    with pytest.raises(KeysError, match=r"names ES256, but .*jwks.json holds none"):
        load("RS256", "ES256", jwks={"keys": [jwk(rsa_key)]})
    with pytest.raises(KeysError, match="names ES256, but there is no key for it"):
        load("RS256", "ES256", public_key=pem(rsa_key))


def test_reloading_takes_the_new_keys(load, rsa_key, tmp_path):
    keys = load("RS256", jwks={"keys": [jwk(rsa_key, kid="old")]})
    new = {"keys": [jwk(rsa_key, kid="new")]}
    (tmp_path / "jwks.json").write_text(json.dumps(new))

    keys.reload()

    assert keys.find("RS256", "old") == []
    assert keys.find("RS256", "new") == [rsa_key.public_key()]


def test_a_broken_file_keeps_the_old_keys(load, rsa_key, tmp_path):
    keys = load("RS256", jwks={"keys": [jwk(rsa_key, kid="old")]})
    (tmp_path / "jwks.json").write_text("{")

    with pytest.raises(KeysError, match="JWKS"):
        keys.reload()

    assert keys.find("RS256", "old") == [rsa_key.public_key()]
