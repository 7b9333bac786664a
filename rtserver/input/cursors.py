"""The opaque cursors of lists (contract 3).

A cursor is three letters of the list's name, and 9 bytes for each of its numbers:
whole groups of base64, so that each cursor has one spelling, and a pattern can tell it.
"""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode

from rtserver.errors import BadRequest

# What both databases can keep in a column, so a forged cursor can't make them fail.
MAX_INTEGER = 2**63 - 1
MAX_ROWS = 100  # of one page
LETTERS = 3
BYTES = 9
# The upper 9 of its 72 bits are zero, since 63 are enough.
NUMBER = "A[A-H][A-Za-z0-9_-]{10}"


def encode_cursor(kind: str, *values: int) -> str:
    """Pack where a list goes on; ``kind`` names the list, so cursors don't mix.

    The numbers are from 0 to ``MAX_INTEGER``.
    """
    packed = b"".join(value.to_bytes(BYTES, "big") for value in values)
    return urlsafe_b64encode(kind[:LETTERS].encode() + packed).decode()


def cursor_pattern(kind: str, count: int) -> str:
    """Return the pattern of all cursors of ``count`` numbers that ``kind`` can have."""
    return f"{encode_cursor(kind)}({NUMBER}){{{count}}}"


def decode_cursor(text: str, kind: str, count: int) -> tuple[int, ...]:
    """Unpack ``count`` numbers given out for ``kind``; BadRequest for anything else."""
    if not re.fullmatch(cursor_pattern(kind, count), text):
        raise BadRequest.at("cursor", "not a cursor of this list; take it from `next`")
    packed = urlsafe_b64decode(text)[LETTERS:]
    return tuple(
        int.from_bytes(packed[start : start + BYTES], "big")
        for start in range(0, len(packed), BYTES)
    )
