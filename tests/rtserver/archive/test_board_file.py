"""The board as a file of Excalidraw's."""

import json
from base64 import b64decode

from rtserver.archive.board_file import array_pieces, board_pieces, elements_of
from rtserver.boards.canvas import Canvas
from rtserver.boards.elements import read_stored
from rtserver.files.folder import FileFolder
from store.records import FileRecord
from tests.drawing import element
from tests.lesson_school import TEN


def canvas(*elements):
    made = Canvas()
    made.apply([read_stored(json.dumps(one).encode()) for one in elements], 1)
    return made


def test_live_elements_stand_in_the_order_of_their_indices():
    found = elements_of(
        canvas(
            element("c"),
            element("b", index="a2"),
            element("a", index="a1", type="image", fileId="f_1"),
            element("gone", isDeleted=True, fileId="f_2"),
            element("odd", index=7, fileId=["f_3"]),
        )
    )

    assert [json.loads(raw)["id"] for raw in found.raw] == ["a", "b", "c", "odd"]
    assert found.file_ids == {"f_1"}


def test_pictures_are_in_the_file_whole(tmp_path):
    folder, data = FileFolder(tmp_path), bytes(range(256)) * 700
    picture = FileRecord(
        *(1, "f_1", 3, 2, "board", "a", "image/png"), 9, "x", TEN, None, None
    )
    folder.place("f_1").write_bytes(data)
    elements = array_pieces([b'{"id":"a","fileId":"f_1"}', b'{"id":"b"}'])

    pieces = list(board_pieces(elements, [picture], folder, "https://school.example"))

    told = json.loads(b"".join(pieces))
    assert (told["type"], told["version"]) == ("excalidraw", 2)
    assert told["source"] == "https://school.example"
    assert [one["id"] for one in told["elements"]] == ["a", "b"]
    shown = told["files"]["f_1"]
    head, _, coded = shown.pop("dataURL").partition(",")
    assert head == "data:image/png;base64"
    assert b64decode(coded) == data
    assert shown == {"mimeType": "image/png", "id": "f_1", "created": 1796119200000}
    assert max(map(len, pieces)) < 70_000


def test_an_empty_board_is_a_file_too(tmp_path):
    pieces = board_pieces(array_pieces([]), [], FileFolder(tmp_path), "x")

    told = json.loads(b"".join(pieces))
    assert (told["elements"], told["files"]) == ([], {})
