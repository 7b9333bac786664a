"""A ZIP that is made as it is sent: nothing of it has to be there at once."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import IO, NamedTuple, cast
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo


class ZipMember(NamedTuple):
    """A file of an archive; what ``is_packed`` already isn't packed again."""

    name: str
    pieces: Iterable[bytes]
    is_packed: bool = False


class _Sink:
    """A file that can't be sought: what is written to it is taken off."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._pieces.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Do nothing: it is all there."""

    def take(self) -> bytes:
        taken = b"".join(self._pieces)
        self._pieces.clear()
        return taken


def zip_pieces(members: Iterable[ZipMember], at: datetime) -> Iterator[bytes]:
    """Yield a ZIP, piece by piece; if a member fails, what came is none."""
    sink = _Sink()
    with ZipFile(cast(IO[bytes], sink), "w") as archive:  # which writes, and no more
        for member in members:
            with archive.open(_info(member, at), "w", force_zip64=True) as out:
                for piece in member.pieces:
                    out.write(piece)
                    yield sink.take()
            yield sink.take()
    yield sink.take()


def _info(member: ZipMember, at: datetime) -> ZipInfo:
    info = ZipInfo(member.name, at.timetuple()[:6])
    info.compress_type = ZIP_STORED if member.is_packed else ZIP_DEFLATED
    info.external_attr = 0o600 << 16
    return info
