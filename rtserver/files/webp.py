"""WebP: only the chunks that the picture needs (RFC 9649)."""

import struct
from typing import BinaryIO, Final, NamedTuple

from rtserver.files import orientation
from rtserver.files.source import Malformed, Source

_PICTURES = (b"VP8 ", b"VP8L", b"ANMF")
_KEPT = frozenset((*_PICTURES, b"ALPH", b"ANIM", b"ICCP"))
_HAS_EXIF: Final = 0x08
_HAS_XMP: Final = 0x04
_MAX_EXIF: Final = 65_536
# A film has a chunk for each frame; each takes memory here.
_MAX_CHUNKS: Final = 10_000


class _Chunk(NamedTuple):
    """A chunk: its kind, and where its data lie."""

    kind: bytes
    start: int
    length: int

    @property
    def size(self) -> int:
        """Return its bytes with its head, and what makes them even."""
        return 8 + self.length + self.length % 2


def clean(source: Source, target: BinaryIO) -> None:
    """Copy a WebP without what tells of people, and without what follows its end."""
    chunks = _chunks(source)
    kinds = {chunk.kind for chunk in chunks}
    if chunks[0].kind not in (b"VP8X", b"VP8 ", b"VP8L") or kinds.isdisjoint(_PICTURES):
        raise Malformed("there is no picture in it")
    extended = chunks[0] if chunks[0].kind == b"VP8X" else None
    kept = [chunk for chunk in chunks if chunk.kind in _KEPT]
    way = _orientation(source, chunks) if extended else None
    exif = b"" if way is None else _packed(b"EXIF", orientation.block(way))
    head = b"" if extended is None else _head(source, extended, turned=bool(exif))
    size = 4 + len(head) + sum(chunk.size for chunk in kept) + len(exif)
    target.write(struct.pack("<4sI4s", b"RIFF", size, b"WEBP") + head)
    for chunk in kept:
        _copy(source, target, chunk)
    target.write(exif)


def _chunks(source: Source) -> list[_Chunk]:
    source.expect(b"RIFF")
    (size,) = struct.unpack("<I", source.take(4))
    source.expect(b"WEBP")
    end = 8 + size
    if end > source.size:
        raise Malformed("it ends too early")
    found: list[_Chunk] = []
    while source.position + 8 <= end:
        kind, length = struct.unpack("<4sI", source.take(8))
        found.append(_Chunk(kind, source.position, length))
        if found[-1].start + length > end or len(found) > _MAX_CHUNKS:
            raise Malformed("a chunk is none")
        source.go_to(min(source.position + length + length % 2, source.size))
    if not found:
        raise Malformed("there is no picture in it")
    return found


def _head(source: Source, chunk: _Chunk, *, turned: bool) -> bytes:
    """Return the extended head, which says that there is no more than is kept."""
    if chunk.length != 10:
        raise Malformed("its head is none")
    source.go_to(chunk.start)
    flags, *rest = source.take(chunk.length)
    flags = flags & ~(_HAS_EXIF | _HAS_XMP) | (_HAS_EXIF if turned else 0)
    return _packed(b"VP8X", bytes((flags, *rest)))


def _orientation(source: Source, chunks: list[_Chunk]) -> int | None:
    for chunk in chunks:
        if chunk.kind == b"EXIF" and chunk.length <= _MAX_EXIF:
            source.go_to(chunk.start)
            # Some programs put JPEG's name before the block.
            data = source.take(chunk.length).removeprefix(b"Exif\0\0")
            return orientation.turned(data)
    return None


def _packed(kind: bytes, data: bytes) -> bytes:
    padding = b"\0" * (len(data) % 2)
    return struct.pack("<4sI", kind, len(data)) + data + padding


def _copy(source: Source, target: BinaryIO, chunk: _Chunk) -> None:
    source.go_to(chunk.start)
    target.write(struct.pack("<4sI", chunk.kind, chunk.length))
    for piece in source.pieces(chunk.length):
        target.write(piece)
    target.write(b"\0" * (chunk.length % 2))
