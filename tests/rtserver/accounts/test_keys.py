import json

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa

from rtserver.accounts.keys import KeysError, Signature
from tests.rtserver.accounts.key_files import jwk, pem

SECRET = "s" * 32


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


def test_a_jwks_serves_each_algorithm_by_kid(load, rsa_key, ec_key):
    other = rsa.generate_private_key(65537, 2048)
    entries = [jwk(rsa_key, kid="a"), jwk(other, kid="b"), jwk(ec_key, kid="a")]
    keys = load("RS256", "ES256", jwks={"keys": entries})

    assert keys.find("RS256", "b") == [other.public_key()]
    assert keys.find("RS256", None) == [rsa_key.public_key(), other.public_key()]
    assert keys.find("ES256", "a") == [ec_key.public_key()]
    assert keys.find("RS256", "c") == []


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


def test_a_signature_holds_as_long_as_its_key_under_its_name(load, rsa_key, tmp_path):
    other = rsa.generate_private_key(65537, 2048)
    keys = load("RS256", jwks={"keys": [jwk(rsa_key, kid="a"), jwk(other, kid="b")]})
    signed = [Signature("RS256", kid, rsa_key.public_key()) for kid in ("a", None)]
    assert [keys.holds(each) for each in signed] == [True, True]

    def after(*entries):
        (tmp_path / "jwks.json").write_text(json.dumps({"keys": entries}))
        keys.reload()
        return [keys.holds(each) for each in signed]

    assert after(jwk(rsa_key, kid="a")) == [True, True]
    assert after(jwk(rsa_key)) == [True, True]
    assert after(jwk(rsa_key, kid="c")) == [False, True]
    assert after(jwk(other, kid="a")) == [False, False]


def test_a_broken_file_keeps_the_old_keys(load, rsa_key, tmp_path):
    keys = load("RS256", jwks={"keys": [jwk(rsa_key, kid="old")]})
    (tmp_path / "jwks.json").write_text("{")

    with pytest.raises(KeysError, match="JWKS"):
        keys.reload()

    assert keys.find("RS256", "old") == [rsa_key.public_key()]
