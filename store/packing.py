"""Packing of a journal's JSON: by zlib, or as it came; told by its first byte."""

import zlib

_JSON = b"["
# What takes long to pack at its best, while a transaction waits.
_LONG = 16_384
# What drawings have in common, the most frequent last: short rows get a third of their
# size by it. Rows are packed with it, so it never changes.
_COMMON = b"".join(
    [
        b'"pressures":[],"simulatePressure":true,"lastCommittedPoint":null,',
        b'"startBinding":null,"endBinding":null,"startArrowhead":null,',
        b'"endArrowhead":"arrow","elbowed":false,"text":"","fontSize":20,',
        b'"fontFamily":5,"textAlign":"left","verticalAlign":"top",',
        b'"containerId":null,"originalText":"","autoResize":true,"lineHeight":1.25,',
        b'"version":1,"versionNonce":,"isDeleted":true}',
        b'[{"id":"","type":"rectangle","x":,"type":"line","type":"ellipse",',
        b'"type":"arrow","type":"text","type":"freedraw","x":,"y":,"width":,',
        b'"height":,"angle":0,"strokeColor":"#1e1e1e",',
        b'"backgroundColor":"transparent","fillStyle":"solid","strokeWidth":2,',
        b'"strokeStyle":"solid","roughness":1,"opacity":100,"groupIds":[],',
        b'"frameId":null,"index":"a0","roundness":null,"roundness":{"type":2},',
        b'"roundness":{"type":3},"seed":,"version":,"versionNonce":,',
        b'"isDeleted":false,"boundElements":null,"updated":17,"link":null,',
        b'"locked":false,"points":[[0,0],[1,0],[0,1],[-1,',
    ]
)


def pack(elements: bytes) -> bytes:
    """Pack a JSON array, where that makes it smaller."""
    level = 6 if len(elements) < _LONG else 1
    packer = zlib.compressobj(level, zdict=_COMMON)
    packed = packer.compress(elements) + packer.flush()
    return packed if len(packed) < len(elements) else elements


def unpack(stored: bytes) -> bytes:
    """Return the JSON array that was packed, or stored as it came.

    What can't be read back comes as it is: whoever reads its elements finds out.
    """
    if stored.startswith(_JSON):
        return stored
    unpacker = zlib.decompressobj(zdict=_COMMON)
    try:
        elements = unpacker.decompress(stored)
    except zlib.error:
        return stored
    return elements if unpacker.eof else stored
