"""The one thing of a picture's EXIF that is kept: which way up it is (TIFF 6.0)."""

import struct
from typing import Final

_TAG: Final = 0x0112
_SHORT: Final = 3
# An upright picture needs no note; 2 to 8 are turned or mirrored.
_TURNED = range(2, 9)
_MAX_ENTRIES: Final = 1000


def turned(tiff: bytes) -> int | None:
    """Return the orientation that an EXIF block tells, unless it is upright or none."""
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(tiff[:4])
    try:
        found = _find(tiff, order) if order else None
    except struct.error:
        return None
    return found if found in _TURNED else None


def block(orientation: int) -> bytes:
    """Return an EXIF block that tells an orientation and nothing else."""
    head = b"MM\0*" + struct.pack(">IH", 8, 1)
    entry = struct.pack(">HHIHH", _TAG, _SHORT, 1, orientation, 0)
    return head + entry + struct.pack(">I", 0)


def _find(tiff: bytes, order: str) -> int | None:
    (start,) = struct.unpack_from(f"{order}I", tiff, 4)
    (count,) = struct.unpack_from(f"{order}H", tiff, start)
    for number in range(min(count, _MAX_ENTRIES)):
        place = start + 2 + 12 * number
        tag, kind, _, value = struct.unpack_from(f"{order}HHIH", tiff, place)
        if (tag, kind) == (_TAG, _SHORT):
            return int(value)
    return None
