"""The words by which people are found (table ``name_words``), kept with their names."""

from collections.abc import Collection, Mapping

from store import bulk
from store.chunks import chunks
from store.models_accounts import NameWord
from store.name_words import beginnings
from store.transaction import Transaction


def put(tx: Transaction, names: Mapping[int, str]) -> None:
    """Have users be found by these names, and no more by those that they had."""
    wanted = {user_id: beginnings(name) for user_id, name in names.items()}
    known = _known(tx, names)
    changed = {id: words for id, words in wanted.items() if words != known.get(id)}
    forget(tx, [user_id for user_id in changed if user_id in known])
    rows = [
        {"user": user_id, "word": word}
        for user_id, words in changed.items()
        for word in sorted(words)
    ]
    bulk.insert(tx, NameWord, rows)


def forget(tx: Transaction, user_ids: Collection[int]) -> None:
    """Have users be found by no name."""
    for ids in chunks(user_ids):
        tx.write(NameWord.delete().where(NameWord.user.in_(ids)))


def _known(tx: Transaction, user_ids: Collection[int]) -> dict[int, set[bytes]]:
    known: dict[int, set[bytes]] = {}
    for ids in chunks(user_ids):
        query = NameWord.select(NameWord.user, NameWord.word)
        for row in tx.rows(query.where(NameWord.user.in_(ids))):
            known.setdefault(row["user"], set()).add(bytes(row["word"]))
    return known
