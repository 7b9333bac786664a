"""JPEG: only the segments that the picture needs (ITU-T T.81)."""

import re
import struct
from typing import BinaryIO, Final

from rtserver.files import orientation
from rtserver.files.source import Malformed, Source

_SOI: Final = 0xD8
_EOI: Final = 0xD9
_SOS: Final = 0xDA
# How the picture is coded: tables, and the kinds of frames.
_TABLES = frozenset((0xC4, 0xCC, 0xDB, 0xDC, 0xDD))
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_JFIF, _EXIF, _ICC = b"JFIF\0", b"Exif\0\0", b"ICC_PROFILE\0"
# Without these colours would look otherwise: profiles, and which colours Adobe meant.
_COLOURS = ((0xE2, _ICC), (0xEE, b"Adobe"))
# In a scan FF is no marker before 0, an escape, D0 to D7, which start it anew, and FF.
_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")


def clean(source: Source, target: BinaryIO) -> None:
    """Copy a JPEG without what tells of people, and without what follows its end."""
    target.write(source.expect(bytes((0xFF, _SOI))))
    has_frame = has_scan = turned = False
    while (marker := _marker(source)) != _EOI:
        data = source.take(_length(source))
        if marker == 0xE1 and not turned:
            turned = _turn(target, data)
        elif (kept := _kept(marker, data)) is not None:
            _write(target, marker, kept)
        has_frame |= marker in _FRAMES
        if marker == _SOS:
            if not has_frame:
                raise Malformed("a scan comes before its frame")
            has_scan = True
            _copy_scan(source, target)
    if not has_scan:
        raise Malformed("there is no picture in it")
    target.write(bytes((0xFF, _EOI)))


def _marker(source: Source) -> int:
    if source.byte() != 0xFF:
        raise Malformed("a marker is missing")
    marker = source.byte()
    while marker == 0xFF:
        marker = source.byte()
    return marker


def _length(source: Source) -> int:
    (length,) = struct.unpack(">H", source.take(2))
    if length < 2:
        raise Malformed("a segment is too short")
    return int(length) - 2


def _kept(marker: int, data: bytes) -> bytes | None:
    """Return what is kept of a segment."""
    if marker in _TABLES or marker in _FRAMES or marker == _SOS:
        return data
    if marker == 0xE0 and data.startswith(_JFIF) and len(data) >= 14:
        return data[:12] + b"\0\0"  # without its thumbnail
    if any(marker == one and data.startswith(name) for one, name in _COLOURS):
        return data
    return None


def _turn(target: BinaryIO, data: bytes) -> bool:
    """Write the orientation, if this segment tells one."""
    way = orientation.turned(data[6:]) if data.startswith(_EXIF) else None
    if way is not None:
        _write(target, 0xE1, _EXIF + orientation.block(way))
    return way is not None


def _write(target: BinaryIO, marker: int, data: bytes) -> None:
    target.write(struct.pack(">BBH", 0xFF, marker, len(data) + 2) + data)


def _copy_scan(source: Source, target: BinaryIO) -> None:
    """Copy coded data up to the marker behind it."""
    while piece := source.some():
        if found := _MARKER.search(piece):
            target.write(piece[: found.start()])
            source.go_to(source.position - len(piece) + found.start())
            return
        # A marker may stand across the border; it is found with the next piece.
        whole = piece.rstrip(b"\xff")
        if not whole or source.left == 0:
            break
        target.write(whole)
        source.go_to(source.position - len(piece) + len(whole))
    raise Malformed("it ends too early")
