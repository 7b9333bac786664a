"""PNG: only the chunks that the picture needs (PNG, third edition)."""

import struct
from typing import BinaryIO, Final
from zlib import crc32

from rtserver.files import orientation
from rtserver.files.source import Malformed, Source

SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
# The picture, its colours and its movement. Text, times, thumbnails and what programs
# note for themselves is left out.
_KEPT = frozenset(
    (
        *(b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"bKGD", b"sBIT", b"pHYs"),
        *(b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"cICP", b"mDCV", b"cLLI"),
        *(b"acTL", b"fcTL", b"fdAT"),
    )
)
_LENGTHS = {b"IHDR": 13, b"IEND": 0}
_MAX_LENGTH: Final = 2**31 - 1
_MAX_EXIF: Final = 65_536


def clean(source: Source, target: BinaryIO) -> None:
    """Copy a PNG without what tells of people, and without what follows its end."""
    target.write(source.expect(SIGNATURE))
    kinds: set[bytes] = set()
    while b"IEND" not in kinds:
        length, kind = struct.unpack(">I4s", source.take(8))
        _check(kind, length, first=not kinds)
        kinds.add(kind)
        if kind in _KEPT:
            _copy(source, target, kind, length)
        elif kind == b"eXIf" and length <= _MAX_EXIF:
            _turn(target, source.take(length))
            source.skip(4)
        else:
            source.skip(length + 4)
    if b"IDAT" not in kinds:
        raise Malformed("there is no picture in it")


def _check(kind: bytes, length: int, *, first: bool) -> None:
    if length > _MAX_LENGTH or not kind.isalpha():
        raise Malformed("a chunk is none")
    if first != (kind == b"IHDR") or length != _LENGTHS.get(kind, length):
        raise Malformed("head or end aren't what they should be")


def _copy(source: Source, target: BinaryIO, kind: bytes, length: int) -> None:
    target.write(struct.pack(">I4s", length, kind))
    found = crc32(kind)
    for piece in source.pieces(length):
        found = crc32(piece, found)
        target.write(piece)
    (told,) = struct.unpack(">I", source.take(4))
    if told != found:
        raise Malformed("a chunk is damaged")
    target.write(struct.pack(">I", told))


def _turn(target: BinaryIO, tiff: bytes) -> None:
    way = orientation.turned(tiff)
    if way is not None:
        data = b"eXIf" + orientation.block(way)
        target.write(struct.pack(">I", len(data) - 4) + data)
        target.write(struct.pack(">I", crc32(data)))
