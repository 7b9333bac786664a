"""What a server leaves out because its settings have no use for it."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.served import Served

KEY = {"kty": "OKP", "crv": "Ed25519"}
KEY["x"] = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"


@pytest.fixture
def jwks(tmp_path: Path) -> Path:
    path = tmp_path / "jwks.json"
    path.write_text(json.dumps({"keys": [KEY]}))
    return path


def loaded(folder: Path, database: str, **settings: Any) -> set[str]:
    """Start a server; give which of the two libraries its process has in memory."""
    served = Served(folder, database, **settings)
    served.start()
    try:
        maps = Path(f"/proc/{served.pid}/maps").read_text()
        return set(re.findall(r"/site-packages/(psycopg2|cryptography)/", maps))
    finally:
        served.stop()


def test_sqlite_and_a_secret_need_neither(tmp_path: Path, sqlite_url: str) -> None:
    assert loaded(tmp_path, sqlite_url) == set()


def test_postgresql_has_its_driver(tmp_path: Path, postgres_url: str) -> None:
    assert loaded(tmp_path, postgres_url) == {"psycopg2"}


def test_public_keys_are_read_with_cryptography(
    tmp_path: Path, sqlite_url: str, jwks: Path
) -> None:
    public = {"auth_algorithms": "HS256, EdDSA", "auth_jwks_file": jwks}

    assert loaded(tmp_path, sqlite_url, **public) == {"cryptography"}


LOAD = """
import sys
sys.modules["cryptography"] = None
from rtserver.accounts.keys import KeySet
from rtserver.settings.model import AuthSettings
KeySet.load(AuthSettings(), secret=sys.argv[1])
"""


def test_a_public_key_is_no_secret_without_cryptography_either() -> None:
    secret = "-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE\n"
    command = [sys.executable, "-c", LOAD, secret + "-----END PUBLIC KEY-----\n"]

    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert "[auth] secret is a public key" in done.stderr
