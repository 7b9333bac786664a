"""Byte ranges: the part of a file that is asked for (RFC 9110 14)."""

import re
from typing import NamedTuple

from rtserver.errors import RangeNotSatisfiable

_ONE = re.compile(r"([0-9]{0,18})-([0-9]{0,18})")


class ByteRange(NamedTuple):
    """Bytes of a file, from the first up to and without ``end``."""

    start: int
    end: int


def part_of(header: str | None, size: int) -> ByteRange | None:
    """Return the part that a ``Range`` names; None if that isn't in bytes.

    Several parts at once, and what isn't there, are ``RangeNotSatisfiable``.
    """
    unit, _, wanted = (header or "").partition("=")
    if unit.strip().lower() != "bytes":
        return None
    found = _ONE.fullmatch(wanted.strip())
    if found is None or not any(found.groups()):
        raise RangeNotSatisfiable(size)
    first, last = found.groups()
    if first:
        part = ByteRange(int(first), min(int(last) + 1, size) if last else size)
    else:
        part = ByteRange(max(0, size - int(last)), size)
    if part.start >= part.end:
        raise RangeNotSatisfiable(size)
    return part
