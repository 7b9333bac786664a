"""JSON as it is sent: in UTF-8, where a Cyrillic letter takes two bytes and not six."""

import json
from typing import Any


def to_json(value: Any, *, allow_nan: bool = True) -> str:
    """Return JSON that can be sent as UTF-8.

    Half of a surrogate pair has no UTF-8; with it all is escaped, for the server to
    say what is wrong.
    """
    text = json.dumps(value, ensure_ascii=False, allow_nan=allow_nan)
    try:
        text.encode()
    except UnicodeEncodeError:
        return json.dumps(value)
    return text


def bytes_of(text: str) -> int:
    """Return how many bytes are sent for a text."""
    return len(text) if text.isascii() else len(text.encode())
