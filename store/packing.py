"""How a journal's JSON is packed: as it came, or by zlib, told by its first byte."""

import zlib

_LEVEL = 6
_JSON = b"["


def pack(elements: bytes) -> bytes:
    """Pack a JSON array, where that makes it smaller."""
    packed = zlib.compress(elements, _LEVEL)
    return packed if len(packed) < len(elements) else elements


def unpack(stored: bytes) -> bytes:
    """Return the JSON array that was packed, or stored as it came.

    What can't be read back comes as it is: whoever reads its elements finds out.
    """
    if stored.startswith(_JSON):
        return stored
    try:
        return zlib.decompress(stored)
    except zlib.error:
        return stored
