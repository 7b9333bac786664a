"""From what Peewee and the drivers raise to ``store.errors``."""

import peewee
from playhouse.pool import MaxConnectionsExceeded

from store.errors import ConstraintViolated, StoreError, StoreUnavailable


def is_lost(error: BaseException) -> bool:
    """Return whether the database itself failed, rather than what was asked of it."""
    return isinstance(error, peewee.OperationalError | peewee.InterfaceError)


def cause(error: BaseException) -> str:
    """Name what the database failed with, in words that are nobody's.

    The driver's code tells a full disk (``SQLITE_FULL``, ``53100``) from a lost
    connection, which has none.
    """
    if isinstance(error, StoreUnavailable):
        return str(error)
    name, code = type(error).__name__, ""
    # Peewee's error is raised where the driver's is handled; and that may be one of a
    # rollback, where the one that matters is handled.
    driver = error.__context__
    while driver is not None:
        found = getattr(driver, "sqlite_errorname", getattr(driver, "pgcode", None))
        code, driver = found or code, driver.__context__
    return f"{name}, {code}" if code else name


def translate(error: Exception) -> Exception:
    """Turn Peewee's exceptions into the store's; others pass.

    Messages of the driver may quote values of people's rows, so they go no further.
    """
    if isinstance(error, peewee.IntegrityError):
        return ConstraintViolated("the change contradicts what is stored")
    if is_lost(error):
        return StoreUnavailable(cause(error))
    if isinstance(error, MaxConnectionsExceeded):
        return StoreUnavailable("every connection is in use")
    if isinstance(error, peewee.PeeweeException):
        return StoreError(type(error).__name__).with_traceback(error.__traceback__)
    return error
