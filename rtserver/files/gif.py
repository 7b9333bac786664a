"""GIF: only the blocks that the picture needs (GIF89a)."""

from typing import BinaryIO, Final

from rtserver.files.source import Malformed, Source

_EXTENSION: Final = 0x21
_PICTURE: Final = 0x2C
_END: Final = 0x3B
_CONTROL: Final = 0xF9
_APPLICATION: Final = 0xFF
# Applications that say how often a film is repeated.
_LOOPS = (b"NETSCAPE2.0", b"ANIMEXTS1.0")
_LOOP_BLOCK: Final = 3


def clean(source: Source, target: BinaryIO) -> None:
    """Copy a GIF without comments, foreign data, and what follows its end."""
    target.write(source.expect(b"GIF87a", b"GIF89a"))
    screen = source.take(7)
    target.write(screen)
    _copy_palette(source, target, screen[4])
    has_picture = False
    # Some programs leave the end out, and everybody shows such a file.
    while source.left and (kind := source.byte()) != _END:
        if kind == _PICTURE:
            has_picture = True
            _copy_picture(source, target)
        elif kind == _EXTENSION:
            _extension(source, target)
        else:
            raise Malformed("a block is none")
    if not has_picture:
        raise Malformed("there is no picture in it")
    target.write(bytes((_END,)))


def _copy_palette(source: Source, target: BinaryIO, flags: int) -> None:
    if flags & 0x80:
        target.write(source.take(3 << ((flags & 7) + 1)))


def _copy_picture(source: Source, target: BinaryIO) -> None:
    place = source.take(9)
    target.write(bytes((_PICTURE,)) + place)
    _copy_palette(source, target, place[8])
    target.write(source.take(1))  # how its data begin
    while block := _block(source):
        target.write(bytes((len(block),)) + block)
    target.write(b"\0")


def _extension(source: Source, target: BinaryIO) -> None:
    """Copy what an extension says of time and repetition; pass over the rest."""
    label = source.byte()
    if blocks := _kept(source, label, _block(source)):
        target.write(bytes((_EXTENSION, label)))
        for block in blocks:
            target.write(bytes((len(block),)) + block)
        target.write(b"\0")


def _kept(source: Source, label: int, head: bytes) -> list[bytes]:
    loop = label == _APPLICATION and head in _LOOPS
    kept = [head] if loop or (label == _CONTROL and len(head) == 4) else []
    block = head
    while block:
        block = _block(source)
        if loop and len(block) == _LOOP_BLOCK and block[0] == 1:
            kept.append(block)
            loop = False
    return kept


def _block(source: Source) -> bytes:
    """Return a block of at most 255 bytes; an empty one ends a row of them."""
    return source.take(source.byte())
