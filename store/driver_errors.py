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
    name, driver = type(error).__name__, _first(error)
    code = _code(driver) if driver is not None else None
    return f"{name}, {code}" if code else name


def words(error: BaseException) -> str:
    """Return the first line of what the driver said.

    It may quote people's rows, unless it is about opening the database.
    """
    told = str(_first(error) or error).strip()
    return next(iter(told.splitlines()), type(error).__name__)


def _first(error: BaseException) -> BaseException | None:
    """Return the driver's error that all others came of; None if it has no code."""
    # Peewee's error is raised where the driver's is handled; and that may be one of a
    # rollback, where the one that matters is handled.
    first, driver = None, error.__context__
    while driver is not None:
        first = driver if _code(driver) else first
        driver = driver.__context__
    return first


def _code(error: BaseException) -> str | None:
    found = getattr(error, "sqlite_errorname", getattr(error, "pgcode", None))
    return str(found) if found else None


def refused(error: Exception) -> Exception:
    """Turn what a database can't be opened for into the store's, in its own words.

    Nobody's rows have been looked at by then.
    """
    if isinstance(error, peewee.PeeweeException):
        return StoreUnavailable(words(error))
    return translate(error)


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
