"""Keys of integrating platforms; each is shown once, and kept as a digest."""

from datetime import datetime

from rtserver.access.actor import Actor, api_key_actor
from rtserver.accounts.tokens import digest, new_secret
from rtserver.clock import Clock
from rtserver.errors import NotFound, Unauthenticated
from rtserver.input.text import clean_text
from store import api_keys
from store.database import Database
from store.records import ApiKeyRecord
from store.transaction import Transaction

PREFIX = "rtk_"  # so that people and secret scanners know one when they see it


class ApiKeys:
    """The keys of platforms: made on the command line, checked in requests."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def add(self, name: str) -> tuple[ApiKeyRecord, str]:
        """Make a key; it can't be shown again."""
        name = clean_text(name, path="name", maximum=200)
        key = new_secret(PREFIX)
        made = await self._db.write(_add, name, digest(key), self._clock.now())
        return made, key

    async def all(self) -> list[ApiKeyRecord]:
        """Return every key, revoked ones too."""
        return await self._db.read(api_keys.everything)

    async def revoke(self, key_id: int) -> ApiKeyRecord:
        """End a key at once, in every process; again is harmless."""
        found = await self._db.write(_revoke, key_id, self._clock.now())
        if found is None:
            raise NotFound(f"There is no Api-Key {key_id}.")
        return found

    async def authenticate(self, key: str) -> Actor:
        """Find whose key this is; asked each time, so that revoking counts at once."""
        found = await self._db.read(api_keys.by_digest, digest(key))
        if found is None or found.revoked_at is not None:
            raise Unauthenticated("The Api-Key is unknown or revoked.")
        return api_key_actor(found.id, found.name)


def _add(tx: Transaction, name: str, digest: str, now: datetime) -> ApiKeyRecord:
    return api_keys.add(tx, name=name, digest=digest, at=now)


def _revoke(tx: Transaction, key_id: int, now: datetime) -> ApiKeyRecord | None:
    return api_keys.revoke(tx, key_id, at=now)
