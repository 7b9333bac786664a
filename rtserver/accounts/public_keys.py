"""Public keys in files, PEM or JWKS, and the one algorithm that each is for."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from jwt import PyJWTError
from jwt.algorithms import Algorithm, ECAlgorithm, OKPAlgorithm, RSAAlgorithm

from rtserver.accounts import key_hints as key_cures
from rtserver.accounts.keys import HMAC, Key, KeysError
from rtserver.settings.model import AuthSettings

PublicKey = rsa.RSAPublicKey | ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey

MIN_RSA = 2048
# The public members of a JWK (RFC 7518 6, RFC 8037 2); "d" makes it a private one.
PUBLIC_MEMBERS = ("kty", "crv", "n", "e", "x", "y")
READERS: Mapping[tuple[str, str | None], type[Algorithm]] = {
    ("RSA", None): RSAAlgorithm,
    ("EC", "P-256"): ECAlgorithm,
    ("OKP", "Ed25519"): OKPAlgorithm,
}


class _Jwk(msgspec.Struct):
    """A key of a JWKS (RFC 7517 4)."""

    kty: str
    kid: str | None = None
    use: str = "sig"
    key_ops: tuple[str, ...] = ("verify",)
    alg: str | None = None
    crv: str | None = None
    n: str | None = None
    e: str | None = None
    x: str | None = None
    y: str | None = None
    d: str | None = None


class _Jwks(msgspec.Struct):
    """A set of keys (RFC 7517 5)."""

    keys: list[_Jwk]


def read(auth: AuthSettings) -> Iterator[Key]:
    """Yield the keys in the files named there; KeysError for one that isn't."""
    if auth.public_key_file is not None:
        yield _pem_key(auth.public_key_file, auth)
    if auth.jwks_file is not None:
        yield from _jwks_keys(auth.jwks_file, auth)


def _pem_key(path: Path, auth: AuthSettings) -> Key:
    content = _content(path, "public_key_file")
    try:
        material = load_pem_public_key(content)
    except (ValueError, UnsupportedAlgorithm):
        raise KeysError(
            f"[auth] public_key_file: {path} holds no public key in PEM "
            f"(-----BEGIN PUBLIC KEY-----). {key_cures.public_half(path, content)}"
        ) from None
    key = _key(material, None, f"[auth] public_key_file: {path} is")
    if key is None:
        raise KeysError(
            f"[auth] public_key_file: {path} holds a key of a kind that isn't "
            f"taken. {key_cures.ISSUER}"
        )
    if key.algorithm not in auth.algorithms:
        raise KeysError(
            f"[auth] public_key_file: the key in {path} is for {key.algorithm}, "
            "which isn't in algorithms. "
            + key_cures.fitting(key.algorithm, _with_other_keys(auth))
        )
    return key


def _with_other_keys(auth: AuthSettings) -> list[str]:
    """Return the algorithms whose keys don't have to come from public_key_file."""
    jwks = auth.jwks_file is not None
    return [name for name in auth.algorithms if jwks or name == HMAC]


def _jwks_keys(path: Path, auth: AuthSettings) -> Iterator[Key]:
    try:
        document = msgspec.json.decode(_content(path, "jwks_file"), type=_Jwks)
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise KeysError(
            f"[auth] jwks_file: {path} is no JWKS: {error}. {key_cures.JWKS}"
        ) from None
    for jwk in document.keys:
        key = _key_of_jwk(jwk, path)
        if key and key.algorithm in auth.algorithms:
            yield key


def _content(path: Path, setting: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise KeysError(
            f"[auth] {setting}: {path} can't be read: {error.strerror}."
        ) from None


def _key(material: Any, kid: str | None, place: str) -> Key | None:
    """Pair a public key with its one algorithm; None for kinds that aren't taken.

    ``place`` begins the sentence about one that is too short.
    """
    match material:
        case rsa.RSAPublicKey(key_size=size) if size < MIN_RSA:
            raise KeysError(
                f"{place} an RSA key of only {size} bits. {key_cures.longer_rsa()}"
            )
        case rsa.RSAPublicKey():
            return Key("RS256", kid, material)
        case ec.EllipticCurvePublicKey(curve=ec.SECP256R1()):
            return Key("ES256", kid, material)
        case ed25519.Ed25519PublicKey():
            return Key("EdDSA", kid, material)
    return None


def _key_of_jwk(jwk: _Jwk, path: Path) -> Key | None:
    """Read one key of a JWKS; None for one that isn't for checking signatures here."""
    reader = READERS.get((jwk.kty, jwk.crv))
    if reader is None or jwk.use != "sig" or "verify" not in jwk.key_ops:
        return None
    named = f"the key {jwk.kid!r}" if jwk.kid else "a key without kid"
    if jwk.d is not None:
        raise KeysError(
            f"[auth] jwks_file: {path} holds a private key ({named}): keep only public "
            "ones."
        )
    members = ((name, getattr(jwk, name)) for name in PUBLIC_MEMBERS)
    public = {name: value for name, value in members if value is not None}
    try:
        material = reader.from_jwk(public)
    except (PyJWTError, ValueError):
        raise KeysError(
            f"[auth] jwks_file: {named} in {path} can't be read. {key_cures.LEFT_OUT}"
        ) from None
    key = _key(material, jwk.kid, f"[auth] jwks_file: {named} in {path} is")
    return key if key and jwk.alg in (None, key.algorithm) else None
