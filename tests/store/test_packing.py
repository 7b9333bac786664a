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


def test_a_short_stroke_gets_a_third_of_its_size() -> None:
    points = ",".join(f"[{n},{n % 7}]" for n in range(1, 12))
    stroke = (
        '[{"id":"OxqAndIwBPJQ9STjhVRJL","type":"freedraw","x":363,"y":187,"width":0,'
        '"height":0,"angle":0,"strokeColor":"#1e1e1e","backgroundColor":"transparent",'
        '"fillStyle":"solid","strokeWidth":2,"strokeStyle":"solid","roughness":1,'
        '"opacity":100,"groupIds":[],"frameId":null,"index":"a0","roundness":null,'
        '"seed":643094789,"version":2,"versionNonce":952427979,"isDeleted":false,'
        '"boundElements":null,"updated":1795998144320,"link":null,"locked":false,'
        f'"points":[[0,0],{points}],"pressures":[],"simulatePressure":true,'
        '"lastCommittedPoint":null}]'
    ).encode()

    assert len(pack(stroke)) < len(stroke) / 3
    assert unpack(pack(stroke)) == stroke


def test_what_was_packed_once_is_read_for_ever() -> None:
    stored = bytes.fromhex("78bb7d962f9683a58f44ac9189a9d92836b6361600b81b1057")

    assert unpack(stored) == b'[{"id":"a","type":"freedraw","points":[[0,0],[1,2]]}]'


def test_what_is_spoilt_comes_as_it_is() -> None:
    cut = pack(b"[%b]" % (b" " * 1000))[:-1]

    assert unpack(cut) == cut
    assert unpack(b"spoilt") == b"spoilt"
    assert unpack(b"") == b""
