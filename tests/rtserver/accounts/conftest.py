"""A school with somebody who can sign in, and keys in files."""

import json

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from rtserver.accounts.keys import KeySet
from rtserver.settings.model import AuthSettings
from tests.rtserver.account_school import PASSWORD, logins_of, opened_school

KEY_SECRET = "s" * 32


@pytest.fixture
def school(io_loop, database_url):
    """A school in which Olena has a password."""
    with opened_school(io_loop, database_url) as school:
        school.olena = io_loop.run_sync(lambda: school.add(password=PASSWORD))
        school.logins = logins_of(school)
        yield school


@pytest.fixture
def process(io_loop, school):
    """Another process on the same database."""
    with opened_school(io_loop, school.db.url) as process:
        process.logins = logins_of(process)
        yield process


@pytest.fixture(scope="module")
def rsa_key():
    return rsa.generate_private_key(65537, 2048)


@pytest.fixture(scope="module")
def ec_key():
    return ec.generate_private_key(ec.SECP256R1())


@pytest.fixture
def load(tmp_path):
    """Write key files and load them."""

    def load(*algorithms, secret=KEY_SECRET, public_key=None, jwks=None):
        auth = {"algorithms": algorithms}
        if public_key is not None:
            auth["public_key_file"] = tmp_path / "key.pem"
            auth["public_key_file"].write_bytes(public_key)
        if jwks is not None:
            auth["jwks_file"] = tmp_path / "jwks.json"
            auth["jwks_file"].write_text(json.dumps(jwks))
        return KeySet.load(AuthSettings(**auth), secret=secret)

    return load
