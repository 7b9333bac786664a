"""Errors of a call into the database."""


class StoreError(Exception):
    """Base of what the store raises on purpose."""


class StoreUnavailable(StoreError):
    """The database is down, slow or full; a change may or may not have happened."""


class ConstraintViolated(StoreError):
    """The change contradicts a unique key or a foreign key; nothing was written."""


class SchemaError(StoreError):
    """The database's schema doesn't fit this program; the message says what to do."""
