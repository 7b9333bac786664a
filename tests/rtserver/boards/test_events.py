"""A board's journal, as its subscribers hear it."""

import json

import pytest

from rtserver.boards.events import board_event, signed, unsigned
from store.records import BoardEntryRecord
from tests.store.rows import TEN

LESSON, OLENA = 3, 7
SENT = b'[{"id":"a","version":1, "x": 1.50}]'


def entry(seq: int, kind: str = "patch", elements: bytes = SENT) -> BoardEntryRecord:
    return BoardEntryRecord(LESSON, seq, kind, OLENA, TEN, elements)


@pytest.mark.parametrize(
    ("kind", "type"), [("patch", "board.patch"), ("replace", "board.snapshot.send")]
)
def test_elements_go_on_byte_for_byte(kind: str, type: str) -> None:
    event = board_event(entry(5, kind), "c_1")

    assert (event.type, event.seq, event.sender) == (type, 5, "c_1")
    assert SENT in event.payload
    assert json.loads(event.payload)["user_id"] == OLENA


def test_a_reset_names_nobodys_elements() -> None:
    event = board_event(entry(5, "reset", b"[]"))

    assert (event.type, event.payload) == ("board.reset", b'{"user_id":7}')


def test_a_change_goes_to_the_channel_and_the_stream_of_its_lesson() -> None:
    event = board_event(entry(5))

    assert (event.channel, event.stream) == ("board:lesson:3", "board:3")
    assert event.user_ids == ()


def test_a_signed_payload_goes_on_byte_for_byte() -> None:
    sent = '{ "x": 1.50,"y":2e0, "name":"Тарас", "__proto__":{"a":[1]} }'.encode()

    told = signed(sent, OLENA)

    assert told == b'{"user_id":7,' + sent[1:]


@pytest.mark.parametrize(
    "own",
    [b'"user_id":8', b'"user\\u005fid":8', b'"user_id":8,"\\u0075ser_id":9'],
)
def test_a_client_signs_for_nobody_else(own: bytes) -> None:
    told = signed(unsigned(b'{"x":1,%b,"y":2}' % own), OLENA)

    pairs = json.loads(told, object_pairs_hook=list)
    assert sorted(pairs) == [("user_id", OLENA), ("x", 1), ("y", 2)]
