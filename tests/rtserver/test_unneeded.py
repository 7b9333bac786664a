"""What a server leaves out because its settings have no use for it."""

import json
import re
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
