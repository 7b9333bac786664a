"""Finding people by name (tables ``users`` and ``name_words``)."""

from typing import Any

from store.models import Member, User
from store.models_accounts import NameWord
from store.records import UserRecord
from store.transaction import Transaction
from store.users import COLUMNS


def find(
    tx: Transaction,
    bounds: tuple[bytes, bytes],
    *,
    limit: int,
    fellows_of: int | None = None,
) -> list[UserRecord]:
    """Return active users by name, with a word that begins within ``bounds``.

    ``fellows_of``: of those alone who share a lesson with this user, both accepted,
    whenever that is or was.
    """
    low, high = bounds
    named = NameWord.select(NameWord.user).where(
        NameWord.word >= low, NameWord.word < high
    )
    query = User.select(*COLUMNS).where(User.is_active, User.id.in_(named))
    if fellows_of is not None:
        fellows = User.id.in_(_fellows(fellows_of))
        query = query.where(fellows, User.id != fellows_of)
    rows = tx.rows(query.order_by(User.name, User.id).limit(limit))
    return [UserRecord(**row) for row in rows]


def _fellows(user_id: int) -> Any:
    own = Member.alias()
    lessons = own.select(own.lesson).where(own.user == user_id, own.state == "accepted")
    return Member.select(Member.user).where(
        Member.lesson.in_(lessons), Member.state == "accepted"
    )
