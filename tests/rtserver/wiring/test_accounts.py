"""The parts that know people, joined as the settings say."""

from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from rtserver.accounts.keys import KeysError
from rtserver.settings.model import AuthSettings, Settings
from rtserver.wiring.accounts import build_accounts, signer
from store.database import Database
from tests.fakes import FakeClock
from tests.rtserver.account_school import ROOT, body
from tests.rtserver.accounts.key_files import pem

SECRET = "s" * 32


def settings(**auth: object) -> Settings:
    return replace(Settings(), auth=AuthSettings(**auth))  # type: ignore[arg-type]


async def test_what_is_signed_here_is_taken_here(migrated_sqlite_url: str) -> None:
    chosen = settings(issuer="https://school.example", audience="school")
    db, clock = Database(migrated_sqlite_url), FakeClock()
    await db.open()
    parts = build_accounts(chosen, SECRET, db, clock)
    olena = await parts.users.create(ROOT, body())
    signs = signer(chosen, SECRET, clock)
    assert signs is not None

    found = await parts.identity.of_token(signs.sign(olena.id)[0])

    assert found.user.id == olena.id
    parts.passwords.close()
    await db.close()


def test_without_hs256_nothing_is_signed_here(tmp_path: Path) -> None:
    key = tmp_path / "key.pem"
    key.write_bytes(pem(ec.generate_private_key(ec.SECP256R1())))
    chosen = settings(algorithms=("ES256",), public_key_file=key)

    assert signer(chosen, SECRET, FakeClock()) is None


def test_a_key_that_cannot_be_used_is_found_before_anything_starts(
    sqlite_url: str,
) -> None:
    chosen = settings(algorithms=("RS256",))

    with pytest.raises(KeysError):
        build_accounts(chosen, SECRET, Database(sqlite_url), FakeClock())
