"""Keys of integrating platforms (table ``api_keys``); only their digests are kept."""

from datetime import datetime

from store.models import ApiKey
from store.records import ApiKeyRecord
from store.transaction import Row, Transaction

_COLUMNS = (ApiKey.id, ApiKey.name, ApiKey.created_at, ApiKey.revoked_at)


def add(tx: Transaction, *, name: str, digest: str, at: datetime) -> ApiKeyRecord:
    (row,) = tx.returning(
        ApiKey.insert(name=name, digest=digest, created_at=at).returning(*_COLUMNS)
    )
    return ApiKeyRecord(**row)


def by_digest(tx: Transaction, digest: str) -> ApiKeyRecord | None:
    """Find a key, revoked ones too."""
    return _record(tx.first(ApiKey.select(*_COLUMNS).where(ApiKey.digest == digest)))


def everything(tx: Transaction) -> list[ApiKeyRecord]:
    """Return all keys by id, revoked ones too."""
    rows = tx.rows(ApiKey.select(*_COLUMNS).order_by(ApiKey.id))
    return [ApiKeyRecord(**row) for row in rows]


def revoke(tx: Transaction, key_id: int, *, at: datetime) -> ApiKeyRecord | None:
    """End a key, which may have ended before; None when there is no such key."""
    tx.write(
        ApiKey.update(revoked_at=at).where(
            ApiKey.id == key_id, ApiKey.revoked_at.is_null()
        )
    )
    return _record(tx.first(ApiKey.select(*_COLUMNS).where(ApiKey.id == key_id)))


def _record(row: Row | None) -> ApiKeyRecord | None:
    return ApiKeyRecord(**row) if row else None
