"""A board as it is shown."""

import json
from datetime import UTC, datetime

from rtserver.boards.state import to_millis
from rtserver.boards.view import SHOWN_TOMBSTONES, BoardView, shown
from tests.rtserver.board_fakes import canvas, element

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


def test_younger_tombstones_are_shown_and_older_ones_not() -> None:
    board = canvas(element("a"))
    board.apply([element("young", deleted=True)], to_millis(NOW - SHOWN_TOMBSTONES))
    board.apply([element("old", deleted=True)], to_millis(NOW - SHOWN_TOMBSTONES) - 1)

    assert [json.loads(raw)["id"] for raw in shown(board, NOW)] == ["a", "young"]


def test_a_view_is_json_in_pieces_and_knows_its_size() -> None:
    elements = [element(f"{n}", text="x" * 1000).raw for n in range(200)]
    view = BoardView(7, "e", NOW, elements)

    chunks = list(view.chunks())

    assert len(chunks) > 2
    told = json.loads(b"".join(chunks))
    assert (told["seq"], told["epoch"], len(told["elements"])) == (7, "e", 200)
    assert view.size == sum(map(len, elements))
