"""Answers that are given again when a request is repeated with its key."""

from datetime import datetime

from store.models_mail import IdempotencyKey
from store.transaction import Transaction


def answer(tx: Transaction, owner: str, key: str) -> str | None:
    """Return what was answered to this owner's key before."""
    query = IdempotencyKey.select(IdempotencyKey.answer).where(
        IdempotencyKey.owner == owner, IdempotencyKey.key == key
    )
    row = tx.first(query)
    return row["answer"] if row else None


def keep(tx: Transaction, owner: str, key: str, answer: str, at: datetime) -> None:
    """Keep an answer; a key that is there already violates a constraint."""
    tx.insert(IdempotencyKey.insert(owner=owner, key=key, answer=answer, created_at=at))


def prune(tx: Transaction, before: datetime) -> int:
    """Forget the answers given before a moment."""
    return tx.write(IdempotencyKey.delete().where(IdempotencyKey.created_at < before))
