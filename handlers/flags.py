"""Parameters of the query that are ``true`` or ``false``."""

from handlers.base import ApiHandler
from rtserver.errors import BadRequest


def flag(handler: ApiHandler, name: str) -> bool:
    """Read one from a request; left out it is false."""
    text = handler.query(name)
    if text not in (None, "true", "false"):
        raise BadRequest.at(name, "must be true or false")
    return text == "true"
