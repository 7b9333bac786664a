"""The board as a file that Excalidraw opens, with its pictures in it."""

from base64 import b64encode
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import msgspec

from rtserver.boards.canvas import Canvas
from rtserver.boards.state import to_millis
from rtserver.files.folder import FileFolder
from store.records import FileRecord

# Base64 makes four letters of three bytes: no piece but the last may end within.
_PIECE = 48 * 1024
_APP_STATE = {"viewBackgroundColor": "#ffffff", "gridSize": None}
_encode = msgspec.json.Encoder().encode


class _Shown(msgspec.Struct, gc=False):
    """An element's fields that decide where it stands, and which picture it shows."""

    index: str | None = None
    file_id: str | None = msgspec.field(name="fileId", default=None)


class LiveElements(NamedTuple):
    """The live elements of a board, from back to front, and the files they show."""

    raw: Sequence[bytes]
    file_ids: set[str]


def elements_of(canvas: Canvas) -> LiveElements:
    """Return what is on a board."""
    live = [
        (_shown(element.raw), element.raw)
        for element in canvas.all()
        if not element.deleted
    ]
    # As Excalidraw orders them: by fractional indices, whose letters are ASCII.
    live.sort(key=lambda one: one[0].index or "~")
    ids = {shown.file_id for shown, _ in live if shown.file_id}
    return LiveElements([raw for _, raw in live], ids)


def board_pieces(
    elements: Iterable[bytes],
    pictures: Iterable[FileRecord],
    folder: FileFolder,
    source: str,
) -> Iterator[bytes]:
    """Yield the file; ``elements`` are pieces of a JSON array."""
    head = {"type": "excalidraw", "version": 2, "source": source}
    yield _encode(head)[:-1] + b',"elements":'
    yield from elements
    yield b',"appState":' + _encode(_APP_STATE) + b',"files":{'
    for number, picture in enumerate(pictures):
        yield b"," if number else b""
        yield from _picture(picture, folder)
    yield b"}}\n"


def array_pieces(values: Iterable[bytes]) -> Iterator[bytes]:
    """Yield a JSON array of values that are JSON already, one a line."""
    yield b"["
    for number, value in enumerate(values):
        yield (b",\n" if number else b"\n") + value
    yield b"\n]"


def _picture(picture: FileRecord, folder: FileFolder) -> Iterator[bytes]:
    about = {
        "mimeType": picture.type,
        "id": picture.id,
        "created": to_millis(picture.created_at),
    }
    yield _encode(picture.id) + b":" + _encode(about)[:-1]
    yield f',"dataURL":"data:{picture.type};base64,'.encode()
    with folder.place(picture.id).open("rb") as file:
        while piece := file.read(_PIECE):
            yield b64encode(piece)
    yield b'"}'


def _shown(raw: bytes) -> _Shown:
    try:
        return msgspec.json.decode(raw, type=_Shown)
    except msgspec.ValidationError:  # fields of other kinds, of another drawing program
        return _Shown()
