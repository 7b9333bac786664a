"""Hints for an administrator whose key can't be used."""

import shlex
from collections.abc import Sequence
from pathlib import Path

TAKEN = "RSA of 2048 bits or more (RS256), EC P-256 (ES256) or Ed25519 (EdDSA)"
ISSUER = "Have its issuer sign with " + TAKEN + ", and give that public key."
JWKS = 'It has to be {"keys": […]}, as the issuer\'s jwks_uri gives it.'
LEFT_OUT = "Take that key out of it, or have the issuer replace it."


def public_half(path: Path, content: bytes) -> str:
    """Say how the public key in PEM is made from what a file holds instead."""
    file = shlex.quote(str(path))
    source = f"openssl pkey -in {file} -pubout"
    if b"BEGIN CERTIFICATE" in content:
        source = f"openssl x509 -in {file} -noout -pubkey"
    elif b"PRIVATE KEY" not in content:
        source = f"openssl pkey -pubin -in {file} -pubout"
        if b"-----BEGIN" not in content:
            return (
                f"If it is one in DER: {source} -inform DER > public.pem, and set "
                "public_key_file = public.pem; or else name the right file."
            )
    return f"Write it out: {source} > public.pem, and set public_key_file = public.pem"


def longer_rsa() -> str:
    """Say what helps against an RSA key that is too short."""
    return (
        "Have its issuer make a pair of 2048 bits at least (openssl genrsa -out "
        "private.pem 2048), and give that public key."
    )


def fitting(algorithm: str, others: Sequence[str]) -> str:
    """Say how a key comes to an algorithm of its own; ``others`` have theirs."""
    names = ", ".join((*others, algorithm))
    return f"Set algorithms = {names}, or give a public key that fits."
