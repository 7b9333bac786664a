"""Leave out what other libraries import although these settings have no use for it.

peewee imports psycopg2, and PyJWT cryptography, wherever they are installed: a fifth of
a start's time, and a quarter of an idle server's memory.
"""

import sys

from rtserver.settings.model import Settings
from rtserver.settings.urls import SQLITE


def unneeded(settings: Settings) -> list[str]:
    """Return the libraries that a server with these settings never calls."""
    names = []
    if settings.database_url.reveal().startswith(SQLITE):
        names.append("psycopg2")
    if not settings.auth.has_public_keys:
        names.append("cryptography")
    return names


def leave_out(settings: Settings) -> None:
    """Have ``import`` fail for them from now on, as if they weren't installed.

    For the process that serves, before it imports the rest. What is imported already
    stays.
    """
    for name in unneeded(settings):
        sys.modules.setdefault(name, None)  # type: ignore[arg-type]
