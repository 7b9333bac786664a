"""How a journal's JSON is packed."""

from hypothesis import given
from hypothesis import strategies as st

from store.packing import pack, unpack


@given(st.binary())
def test_what_was_packed_comes_back(elements: bytes) -> None:
    array = b"[%b]" % elements

    assert unpack(pack(array)) == array


def test_a_long_array_gets_smaller_and_a_short_one_stays() -> None:
    long = b"[%b]" % b",".join([b'{"id":"a","x":1}'] * 100)

    assert len(pack(long)) < len(long) / 10
    assert pack(b"[]") == b"[]"


def test_what_is_spoilt_comes_as_it_is() -> None:
    assert unpack(b"spoilt") == b"spoilt"
    assert unpack(b"") == b""
