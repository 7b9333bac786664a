"""The keys that tokens are checked with: each belongs to one algorithm and no other."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from jwt import PyJWTError
from jwt.algorithms import HMACAlgorithm

from rtserver.settings.model import AuthSettings

if TYPE_CHECKING:
    from rtserver.accounts.public_keys import PublicKey

HMAC = "HS256"
MIN_SECRET = 32


class KeysError(Exception):
    """A key that can't be used, with the setting it comes from and what to do."""


class Key(NamedTuple):
    """One key; without ``kid``, a token may ask for it by any name."""

    algorithm: str
    kid: str | None
    material: "bytes | PublicKey"


class Signature(NamedTuple):
    """A token's signature: its key, and the name the token gave it (``kid``)."""

    algorithm: str
    kid: str | None
    material: "bytes | PublicKey"


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

    def find(self, algorithm: str, kid: str | None) -> "list[bytes | PublicKey]":
        """Return the keys that a token with this header may be signed with."""
        return [
            key.material
            for key in self._keys
            if key.algorithm == algorithm and (kid is None or key.kid in (None, kid))
        ]

    def holds(self, signature: Signature) -> bool:
        """Return whether a token that was good by its signature would be still."""
        return signature.material in self.find(signature.algorithm, signature.kid)

    def _read(self) -> list[Key]:
        keys = [*self._hmac_keys(), *self._public_keys()]
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
        if len(self._secret) < MIN_SECRET:
            raise KeysError(
                f"[auth] secret has under {MIN_SECRET} bytes: use a longer one."
            )
        try:
            HMACAlgorithm(HMACAlgorithm.SHA256).prepare_key(self._secret)
        except PyJWTError:
            # Whoever has the public key could sign with it, so PyJWT refuses it.
            raise KeysError("[auth] secret is a public key: use random text.") from None
        yield Key(HMAC, None, self._secret)

    def _public_keys(self) -> Iterator[Key]:
        if self._auth.has_public_keys:
            # And with it cryptography, which a server without such keys leaves out.
            from rtserver.accounts import public_keys

            yield from public_keys.read(self._auth)
