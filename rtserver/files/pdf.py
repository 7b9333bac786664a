"""PDF: told by its beginning and its end; kept as it is (ISO 32000)."""

import re
from typing import BinaryIO, Final

from rtserver.files.source import Malformed, Source

_VERSION = re.compile(rb"%PDF-[12]\.[0-9]")
# The mark of the end stands in the last bytes, with little behind it.
_END = re.compile(rb"%%EOF(\r\n|\r|\n)?")
_TAIL: Final = 2048


def clean(source: Source, target: BinaryIO) -> None:
    """Copy a PDF up to its end; what its author wrote into it stays."""
    if not _VERSION.fullmatch(source.take(8)):
        raise Malformed("it begins otherwise")
    end = _end(source)
    source.go_to(0)
    for piece in source.pieces(end):
        target.write(piece)


def _end(source: Source) -> int:
    start = max(0, source.size - _TAIL)
    source.go_to(start)
    marks = list(_END.finditer(source.take(source.size - start)))
    if not marks:
        raise Malformed("it has no end")
    return start + marks[-1].end()
