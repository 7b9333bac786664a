"""What the rooms share with the tests of queries: a transaction, rolled back."""

from tests.store.conftest import engine, migrated_url, tx

__all__ = ["engine", "migrated_url", "tx"]
