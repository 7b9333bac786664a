"""The keys that tokens are checked with: each belongs to one algorithm and no other."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from jwt import PyJWTError
from jwt.algorithms import (
    Algorithm,
    ECAlgorithm,
    HMACAlgorithm,
    OKPAlgorithm,
    RSAAlgorithm,
)

from rtserver.accounts import key_cures
from rtserver.settings.model import AuthSettings

PublicKey = rsa.RSAPublicKey | ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey

HMAC = "HS256"
SHORTEST_SECRET = 32
SHORTEST_RSA = 2048
# The public members of a JWK (RFC 7518 6, RFC 8037 2); "d" makes it a private one.
PUBLIC_MEMBERS = ("kty", "crv", "n", "e", "x", "y")
READERS: Mapping[tuple[str, str | None], type[Algorithm]] = {
    ("RSA", None): RSAAlgorithm,
    ("EC", "P-256"): ECAlgorithm,
    ("OKP", "Ed25519"): OKPAlgorithm,
}


class KeysError(Exception):
    """A key that can't be used, with the setting it comes from and what to do."""


class Key(NamedTuple):
    """One key; without ``kid``, a token may ask for it by any name."""

    algorithm: str
    kid: str | None
    material: bytes | PublicKey


class _Jwk(msgspec.Struct):
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
    keys: list[_Jwk]


class KeySet:
    """All keys that the settings name, as they were last read."""

    def __init__(self, auth: AuthSettings, secret: str) -> None:
        self._auth = auth
        self._secret = secret.encode()
        self._keys = self._read()
        self.reading = 0  # counts how often they were read anew

    @classmethod
    def load(cls, auth: AuthSettings, *, secret: str) -> "KeySet":
        """Read the keys of ``auth.algorithms``; ``secret`` is that of HS256.

        KeysError where an algorithm has no key, or a file holds none that fits.
        """
        return cls(auth, secret)

    @property
    def algorithms(self) -> tuple[str, ...]:
        """The algorithms that are taken."""
        return self._auth.algorithms

    def reload(self) -> None:
        """Read the files again; on KeysError the keys stay as they were."""
        self._keys = self._read()
        self.reading += 1

    def find(self, algorithm: str, kid: str | None) -> list[bytes | PublicKey]:
        """Return the keys that a token with this header may be signed with."""
        return [
            key.material
            for key in self._keys
            if key.algorithm == algorithm and (kid is None or key.kid in (None, kid))
        ]

    def _read(self) -> list[Key]:
        keys = [*self._hmac_keys(), *self._pem_keys(), *self._jwks_keys()]
        for algorithm in self.algorithms:
            if not any(key.algorithm == algorithm for key in keys):
                raise KeysError(self._lacks_key(algorithm))
        return keys

    def _lacks_key(self, algorithm: str) -> str:
        jwks = self._auth.jwks_file
        where = f"{jwks} holds none" if jwks else "there is no key"
        put = "put one there" if jwks else "set public_key_file or jwks_file"
        return (
            f"[auth] algorithms names {algorithm}, but {where} for it: {put}, or take "
            f"{algorithm} out."
        )

    def _hmac_keys(self) -> Iterator[Key]:
        if HMAC not in self.algorithms:
            return
        if len(self._secret) < SHORTEST_SECRET:
            raise KeysError(
                f"[auth] secret has under {SHORTEST_SECRET} bytes: use a longer one."
            )
        try:
            HMACAlgorithm(HMACAlgorithm.SHA256).prepare_key(self._secret)
        except PyJWTError:
            # Whoever has the public key could sign with it, so PyJWT refuses it.
            raise KeysError("[auth] secret is a public key: use random text.") from None
        yield Key(HMAC, None, self._secret)

    def _pem_keys(self) -> Iterator[Key]:
        path = self._auth.public_key_file
        if path is None:
            return
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
        if key.algorithm not in self.algorithms:
            raise KeysError(
                f"[auth] public_key_file: the key in {path} is for {key.algorithm}, "
                "which isn't in algorithms. "
                + key_cures.fitting(key.algorithm, self._with_other_keys())
            )
        yield key

    def _with_other_keys(self) -> list[str]:
        """Give the algorithms whose keys don't have to come from public_key_file."""
        jwks = self._auth.jwks_file is not None
        return [name for name in self.algorithms if jwks or name == HMAC]

    def _jwks_keys(self) -> Iterator[Key]:
        path = self._auth.jwks_file
        if path is None:
            return
        try:
            document = msgspec.json.decode(_content(path, "jwks_file"), type=_Jwks)
        except (msgspec.DecodeError, ValueError, RecursionError) as error:
            raise KeysError(
                f"[auth] jwks_file: {path} is no JWKS: {error}. {key_cures.JWKS}"
            ) from None
        for jwk in document.keys:
            key = _key_of_jwk(jwk, path)
            if key and key.algorithm in self.algorithms:
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
        case rsa.RSAPublicKey(key_size=size) if size < SHORTEST_RSA:
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
