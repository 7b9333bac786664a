"""Facts about the database itself (table ``facts``)."""

import secrets

from store.models import Fact
from store.prepared import Prepared
from store.transaction import Transaction

_BY_NAME = Prepared(Fact, lambda name: Fact.select(Fact.value).where(Fact.name == name))


def epoch(tx: Transaction) -> str:
    """Return the database's epoch, which a restore renews."""
    return _value(tx, "epoch")


def new_epoch() -> str:
    """Make an epoch that no database has had."""
    return secrets.token_urlsafe(12)


def set_epoch(tx: Transaction, epoch: str) -> None:
    """Renew the epoch: clients learn that their positions aren't of this database."""
    tx.write(Fact.update(value=epoch).where(Fact.name == "epoch"))


def school(tx: Transaction) -> str:
    """Return what tells this school's calendar entries from others'; constant."""
    return _value(tx, "school")


def _value(tx: Transaction, name: str) -> str:
    row = _BY_NAME.first(tx, name)
    return str(row["value"]) if row else ""
