"""Small files of every type, whole and valid, with whatever a test puts into them."""

import struct
import zlib
from collections.abc import Sequence

ORIENTATION = 6
SECRET = b"Kyiv 50.45N 30.52E"


def exif(orientation: int = ORIENTATION, order: str = "<") -> bytes:
    """An EXIF block with an orientation and a secret."""
    head = b"II*\0" if order == "<" else b"MM\0*"
    entry = struct.pack(f"{order}HHIHH", 0x0112, 3, 1, orientation, 0)
    place = struct.pack(f"{order}HHII", 0x010E, 2, len(SECRET), 38)
    entries = place + entry  # the description, then the orientation
    ifd = struct.pack(f"{order}H", 2) + entries + b"\0\0\0\0"
    return head + struct.pack(f"{order}I", 8) + ifd + SECRET


def chunk(kind: bytes, data: bytes = b"") -> bytes:
    """A chunk of a PNG."""
    crc = zlib.crc32(kind + data)
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", crc)


def png(*chunks: bytes, width: int = 1, height: int = 1, noise: bytes = b"") -> bytes:
    """A grey PNG; ``noise`` makes its data as long as need be."""
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = noise or zlib.compress(b"\0" + b"\x7f" * width)
    return b"".join(
        (
            b"\x89PNG\r\n\x1a\n",
            chunk(b"IHDR", head),
            *chunks,
            chunk(b"IDAT", rows),
            chunk(b"IEND"),
        )
    )


def segment(marker: int, data: bytes) -> bytes:
    """A segment of a JPEG."""
    return struct.pack(">BBH", 0xFF, marker, len(data) + 2) + data


JFIF = segment(0xE0, b"JFIF\0\1\1\0\0\1\0\1\0\0")
TABLES = segment(0xDB, b"\0" + b"\1" * 64) + segment(0xC4, b"\0" + b"\0" * 16)
FRAME = segment(0xC0, b"\x08\0\1\0\1\1\1\x11\0")
SCAN = segment(0xDA, b"\1\1\0\0\x3f\0") + b"\x12\xff\0\xff\xd0\x34"


def jpeg(*segments: bytes, scan: bytes = SCAN) -> bytes:
    body = (JFIF, *segments, TABLES, FRAME, scan)
    return b"\xff\xd8" + b"".join(body) + b"\xff\xd9"


def blocks(*data: bytes) -> bytes:
    """Data of a GIF, in blocks."""
    return b"".join(bytes((len(one),)) + one for one in data) + b"\0"


LOOP = b"\x21\xff" + blocks(b"NETSCAPE2.0", b"\1\0\0")
CONTROL = b"\x21\xf9" + blocks(b"\0\x0a\0\0")
PICTURE = b"\x2c" + struct.pack("<HHHHB", 0, 0, 1, 1, 0) + b"\2" + blocks(b"\x4c\1")


def gif(*extensions: bytes) -> bytes:
    screen = struct.pack("<HHBBB", 1, 1, 0x80, 0, 0) + b"\0\0\0\xff\xff\xff"
    return b"GIF89a" + screen + b"".join(extensions) + PICTURE + b"\x3b"


def riff(kind: bytes, data: bytes) -> bytes:
    """A chunk of a WebP."""
    return kind + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2)


LOSSLESS = riff(b"VP8L", b"\x2f\0\0\0\x10\x07\x10\x11\x11\x88\x88\x08")


def webp(*chunks: bytes) -> bytes:
    body = b"WEBP" + b"".join(chunks or (LOSSLESS,))
    return b"RIFF" + struct.pack("<I", len(body)) + body


def extended_webp(*chunks: bytes) -> bytes:
    """A WebP whose head says that it has EXIF and XMP."""
    return webp(riff(b"VP8X", b"\x0c\0\0\0" + b"\0" * 6), LOSSLESS, *chunks)


def pdf(body: bytes = b"1 0 obj\n<<>>\nendobj\n") -> bytes:
    return b"%PDF-1.7\n" + body + b"trailer\n<<>>\nstartxref\n9\n%%EOF\n"


def kinds_of(data: bytes) -> Sequence[bytes]:
    """Return the kinds of a PNG's chunks."""
    found, place = [], 8
    while place < len(data):
        length, kind = struct.unpack_from(">I4s", data, place)
        found.append(kind)
        place += 12 + length
    return found


SMALL = {
    "image/png": png(),
    "image/jpeg": jpeg(),
    "image/webp": webp(),
    "image/gif": gif(),
    "application/pdf": pdf(),
}
