"""Which way up a picture is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rtserver.files import orientation
from tests.pictures import exif


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("way", range(2, 9))
def test_a_turned_picture_is_told(order, way):
    assert orientation.turned(exif(way, order)) == way


@pytest.mark.parametrize("way", [0, 1, 9, 65535])
def test_an_upright_one_needs_no_note(way):
    assert orientation.turned(exif(way)) is None


@pytest.mark.parametrize("way", range(2, 9))
def test_what_is_written_is_read_back(way):
    assert orientation.turned(orientation.block(way)) == way


@given(st.binary())
def test_no_bytes_make_it_fail(data):
    assert orientation.turned(data) is None
    orientation.turned(b"II*\0" + data)
    orientation.turned(b"MM\0*" + data)
