"""However patches come, every copy of a board ends the same."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rtserver.boards.canvas import Canvas, Overlay
from tests.rtserver import board_fakes
from tests.rtserver.board_fakes import (
    Classroom,
    merge,
    state,
)

patches = st.lists(st.lists(board_fakes.elements, unique_by=lambda one: one.id))


@given(patches, st.randoms())
def test_any_order_and_repetition_of_patches_ends_the_same(patches, random):
    shuffled = random.sample(patches * 2, len(patches) * 2)
    one, other = Canvas(), Canvas()

    for patch in patches:
        merge(one, patch)
    for patch in shuffled:
        merge(other, patch)

    assert state(one) == state(other)
    assert one.totals == other.totals == Canvas(one.all()).totals


@given(patches)
def test_any_split_of_patches_ends_the_same(patches):
    whole, parts = Canvas(), Canvas()

    for patch in patches:
        merge(whole, patch)
        for one in reversed(patch):
            merge(parts, [one])

    assert state(whole) == state(parts)


@given(patches, patches)
def test_an_overlay_ends_as_the_canvas_itself_would(before, after):
    base, plain = Canvas(), Canvas()
    for patch in before:
        merge(base, patch)
        merge(plain, patch)
    overlay = Overlay(base)

    assert [merge(overlay, patch) for patch in after] == [
        merge(plain, patch) for patch in after
    ]
    overlay.commit()
    assert (state(base), base.totals) == (state(plain), plain.totals)


@pytest.mark.parametrize("seed", range(50))
def test_copies_over_a_bad_network_end_the_same(seed):
    classroom = Classroom(Random(seed))

    for _ in range(100):
        classroom.step()
    classroom.settle()

    for peer in classroom.peers:
        assert state(peer.canvas) == state(classroom.server)
