import zlib
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rtserver.boards.canvas import Canvas
from rtserver.boards.codec import (
    BadState,
    decode_elements,
    decode_state,
    encode_elements,
    encode_state,
)
from tests.rtserver import board_fakes
from tests.rtserver.board_fakes import canvas, element, merge


def graves(canvas):
    return {one.id: one.deleted_at for one in canvas.all() if one.deleted}


@given(st.lists(board_fakes.elements, unique_by=lambda one: one.id))
def test_a_state_is_read_back_as_it_was(elements):
    before = Canvas()
    merge(before, elements, at=1234)

    after = decode_state(encode_state(before))

    assert after.elements == before.elements
    assert after.totals == before.totals


def test_a_state_of_many_pieces_is_read_back():
    random = Random(1)
    before = canvas(
        *(element(str(i), t=random.randbytes(99).hex()) for i in range(3000))
    )

    assert decode_state(encode_state(before)).elements == before.elements


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"nonsense",
        encode_state(canvas(element("a")))[:-3],
        zlib.compress(b'{"id":"a","version":1}'),
        zlib.compress(b'{"id":"a"}\x1e'),
        zlib.compress(b'["a",1]\x1e'),
        zlib.compress(b"\xff\x1e"),
    ],
)
def test_what_is_no_state_is_told(data):
    with pytest.raises(BadState):
        decode_state(data)


def test_elements_are_kept_byte_by_byte():
    elements = [element("a", x=1), element("b", 2, 3, deleted=True, y=2)]

    assert decode_elements(encode_elements(elements)) == elements


@pytest.mark.parametrize("data", [b"", b"[", b"[1]", b'[{"id":"a"}]', b"{}"])
def test_what_are_no_elements_is_told(data):
    with pytest.raises(BadState):
        decode_elements(data)
