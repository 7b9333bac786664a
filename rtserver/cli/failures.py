"""Failures of the command line: their sentences and exit codes."""

import errno
import traceback

from rtserver.accounts.keys import KeysError
from rtserver.cli.console import UsageError
from rtserver.cli.context import Failed
from rtserver.errors import RtError, Unavailable
from rtserver.settings.errors import SettingsError
from store.errors import SchemaError, StoreError, StoreUnavailable
from store.exclusive import AlreadyServed

FAILED = 1
USAGE = 2


def explain(error: Exception) -> tuple[int, str]:
    """Return the exit code for an error, and a sentence without a traceback."""
    match error:
        case SettingsError():
            return USAGE, _settings(error)
        case EOFError():
            return USAGE, "The input ended before the answer."
        case UsageError() | KeysError():
            return USAGE, str(error)
        case StoreUnavailable():
            return FAILED, f"[database] url: {Unavailable.default}"
        case Failed() | AlreadyServed() | SchemaError() | RtError():
            return FAILED, str(error)
        case StoreError():
            return FAILED, f"The database refuses this: {error}."
        case OSError():
            return FAILED, of_system(error)
    return FAILED, _unexpected(error)


def of_system(error: OSError) -> str:
    """Return what the operating system refused."""
    reason = error.strerror or type(error).__name__
    if error.filename is None:
        return f"The system refuses this: {reason}."
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return (
            f"{error.filename} can't be written: the disk is full. Make room (df -h)."
        )
    return f"{error.filename} can't be used: {reason}. Check its rights and its folder."


def _settings(error: SettingsError) -> str:
    mistakes = [f"  {mistake}" for mistake in error.errors]
    count = "is a mistake" if len(mistakes) == 1 else f"are {len(mistakes)} mistakes"
    return "\n".join([f"there {count} in the settings:", *mistakes])


def _unexpected(error: Exception) -> str:
    """Return where something broke; the exception's text may quote people's data."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {frames[-1].filename}:{frames[-1].lineno}" if frames else ""
    return f"Something unexpected went wrong here ({type(error).__name__}{place})."
