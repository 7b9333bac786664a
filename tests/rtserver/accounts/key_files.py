"""Public keys as they lie in files."""

from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey


def pem(key: PrivateKey) -> bytes:
    public = key.public_key()
    return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def jwk(key: PrivateKey, **more: Any) -> dict[str, Any]:
    kinds = {rsa.RSAPrivateKey: "RSA", ec.EllipticCurvePrivateKey: "EC"}
    name = next((kinds[kind] for kind in kinds if isinstance(key, kind)), "OKP")
    reader = getattr(jwt.algorithms, f"{name}Algorithm")
    return {**reader.to_jwk(key.public_key(), as_dict=True), **more}
