"""The stored form of a board: a state as a compressed blob, a journal's JSON.

A state is a row of JSON records: an object for each live element, ``[id, version,
nonce, deleted_at]`` for each tombstone. Each ends with a control character that can't
stand in JSON, so that no step holds the interpreter for as long as a large board takes.
"""

import hashlib
import zlib
from collections.abc import Iterable, Iterator
from itertools import islice

import msgspec

from rtserver.boards.canvas import Canvas
from rtserver.boards.elements import Element, read_stored, tombstone

_END = b"\x1e"
_RECORDS = 1000
_BYTES = 65_536

_Grave = tuple[str, int, int, int]
_decode_grave = msgspec.json.Decoder(_Grave).decode
_decode_list = msgspec.json.Decoder(list[msgspec.Raw]).decode
_encode = msgspec.json.Encoder().encode


class BadState(Exception):
    """The failure to read back what was kept of a board."""


def encode_state(canvas: Canvas) -> bytes:
    """Encode and compress a canvas of which nobody else knows; slow, for a thread."""
    packer = zlib.compressobj(1)
    records = _records(canvas)
    packed: list[bytes] = []
    while piece := list(islice(records, _RECORDS)):
        packed.append(packer.compress(b"".join(piece)))
    return b"".join([*packed, packer.flush()])


def decode_state(data: bytes) -> Canvas:
    """Decode what ``encode_state`` gave, or raise BadState; slow, for a thread."""
    try:
        return Canvas(map(_read_record, _split(data)))
    except (zlib.error, msgspec.DecodeError) as error:
        raise BadState("it isn't a board's state") from error


def checksum(data: bytes) -> str:
    """Return what is kept beside a state's blob to know it by."""
    return hashlib.sha256(data).hexdigest()


def encode_elements(elements: Iterable[Element]) -> bytes:
    """Join elements into a JSON array, as the journal and the events hold them."""
    return b"[%b]" % b",".join([element.raw for element in elements])


def decode_elements(data: bytes) -> list[Element]:
    """Read the journal's JSON array, or raise BadState."""
    try:
        return [read_stored(bytes(raw)) for raw in _decode_list(data)]
    except msgspec.DecodeError as error:
        raise BadState("they aren't elements") from error


def _records(canvas: Canvas) -> Iterator[bytes]:
    for element in canvas.elements.values():
        raw = element.raw
        if element.deleted:
            head = element.id, element.version, element.nonce, element.deleted_at
            raw = _encode(head)
        yield raw + _END


def _split(data: bytes) -> Iterator[bytes]:
    unpacker = zlib.decompressobj()
    rest = b""
    for start in range(0, len(data), _BYTES):
        text = rest + unpacker.decompress(data[start : start + _BYTES])
        *records, rest = text.split(_END)
        yield from records
    if rest or not unpacker.eof:
        raise BadState("it is cut off")


def _read_record(record: bytes) -> Element:
    if record.startswith(b"["):
        return tombstone(*_decode_grave(record))
    return read_stored(record)
