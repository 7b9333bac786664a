"""Certificates, good ones and bad ones."""

from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

DAY = timedelta(days=1)


def write(folder, *, expired=False, other=False):
    """Write a certificate with its key, for localhost or an ``other`` name."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.DNSName("other.example" if other else "localhost")
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name.value)])
    end = now - DAY if expired else now + DAY
    builder = x509.CertificateBuilder(subject, subject, key.public_key(), 1)
    builder = builder.not_valid_before(now - 2 * DAY).not_valid_after(end)
    names = x509.SubjectAlternativeName([name])
    builder = builder.add_extension(names, critical=False)
    chain = builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    file = folder / "certificate.pem"
    file.write_bytes(chain + private)
    return file
