import tracemalloc

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rtserver.edge.frames import (
    BINARY,
    CLOSE,
    CONTINUATION,
    FIN,
    NO_STATUS,
    PING,
    TEXT,
    Close,
    FrameReader,
    Ping,
    Pong,
    Splinter,
    build_close,
    build_ping,
    build_pong,
    build_text,
    build_text_parts,
)
from rtserver.errors import CloseCode, Disconnect
from tests.rtserver.edge_fakes import client_frame, close, ping, pong, text

LIMIT = 1000


def read(data):
    """Return the items of ``data`` and the code that ended the reading, if any.

    Splinters, which are nothing by themselves, are left out.
    """
    return read_all(FrameReader(LIMIT), [data])


def read_all(reader, pieces):
    items = []
    try:
        for piece in pieces:
            for item in fed(reader, piece):
                if not isinstance(item, Splinter):
                    items.append(item)
    except Disconnect as end:
        return items, end.code
    return items, None


def fed(reader, data):
    """Yield what ``data`` completes."""
    reader.feed(data)
    return iter(reader.next_item, None)


def ends_with(data):
    return read(data)[1]


@pytest.mark.parametrize("size", [0, 1, 125, 126, 127, 999, 1000])
def test_masked_text_of_any_size_is_read(size):
    payload = bytes(32 + i % 90 for i in range(size))

    assert read(text(payload)) == ([payload], None)


def test_long_text_is_read():
    reader = FrameReader(100_000)

    assert read_all(reader, [text(b"a" * 70_000)]) == ([b"a" * 70_000], None)


def test_many_frames_of_one_read_come_in_order():
    data = text(b"one") + ping(b"p") + text("два".encode()) + pong(b"q")

    items, end = read(data)

    assert items == [b"one", Ping(b"p"), "два".encode(), Pong(b"q")]
    assert end is None


def test_fragments_become_one_text_with_control_frames_between():
    data = (
        client_frame(TEXT, b"on")
        + client_frame(CONTINUATION)
        + ping(b"p")
        + client_frame(FIN | CONTINUATION, b"e")
        + text(b"two")
    )

    assert read(data) == ([Ping(b"p"), b"one", b"two"], None)


def test_letter_may_be_cut_by_a_fragment():
    letter = "ї".encode()
    data = client_frame(TEXT, letter[:1]) + client_frame(FIN, letter[1:])

    assert read(data) == ([letter], None)


def test_empty_fragments_take_no_memory():
    reader = FrameReader(LIMIT)
    list(fed(reader, client_frame(TEXT)))
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    for _ in range(5000):
        list(fed(reader, client_frame(CONTINUATION)))
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert after - before < 10_000


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(build_text(b"hello"), id="unmasked"),
        pytest.param(client_frame(0xC1, b"x"), id="rsv1"),
        pytest.param(client_frame(0xA1, b"x"), id="rsv2"),
        pytest.param(client_frame(0x91, b"x"), id="rsv3"),
        pytest.param(client_frame(FIN | 0x3), id="reserved-data-opcode"),
        pytest.param(client_frame(FIN | 0xB), id="reserved-control-opcode"),
        pytest.param(client_frame(PING), id="fragmented-ping"),
        pytest.param(client_frame(FIN | PING, b"x" * 126), id="long-ping"),
        pytest.param(client_frame(FIN | CONTINUATION), id="continuation-of-nothing"),
        pytest.param(client_frame(TEXT) + text(b"x"), id="text-within-a-text"),
        pytest.param(client_frame(FIN | CLOSE, b"\x03"), id="close-of-one-byte"),
    ],
)
def test_breach_of_the_protocol_ends_with_1002(data):
    assert ends_with(data) == CloseCode.PROTOCOL_ERROR


@pytest.mark.parametrize(
    "code", [0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535]
)
def test_close_code_nobody_may_send_ends_with_1002(code):
    assert ends_with(close(code)) == CloseCode.PROTOCOL_ERROR


@pytest.mark.parametrize("code", [1000, 1003, 1007, 1014, 3000, 4999])
def test_close_code_and_reason_are_read(code):
    assert read(close(code, "бувай".encode())) == ([Close(code, "бувай")], None)


def test_close_without_a_code_is_read():
    assert read(close()) == ([Close(NO_STATUS, "")], None)


@pytest.mark.parametrize(
    "data",
    [
        text(b"\xff"),
        text("ї".encode()[:1]),
        text(b"\xed\xa0\x80"),
        close(1000, b"\xff"),
        client_frame(TEXT, b"\xff") + client_frame(FIN | CONTINUATION),
    ],
    ids=["never-a-byte", "cut-off", "surrogate", "reason", "fragments"],
)
def test_text_that_is_not_utf8_ends_with_1007(data):
    assert ends_with(data) == CloseCode.INVALID_TEXT


def test_binary_ends_with_1003():
    assert ends_with(client_frame(FIN | BINARY, b"x")) == CloseCode.UNSUPPORTED_DATA


@pytest.mark.parametrize("size", [1001, 1 << 40])
def test_large_message_is_refused_at_its_header(size):
    header = bytes((FIN | TEXT, 0xFF)) + size.to_bytes(8)

    assert ends_with(header) == CloseCode.TOO_BIG


def test_fragments_are_summed_for_the_limit():
    half = client_frame(TEXT, b"x" * 600) + client_frame(CONTINUATION, b"x" * 400)

    assert ends_with(half) is None
    assert ends_with(half + client_frame(FIN, b"x")[:2]) is CloseCode.TOO_BIG


def test_length_in_more_bytes_than_needed_is_read():
    data = bytes((FIN | TEXT, 0xFF)) + (2).to_bytes(8) + bytes(4) + b"hi"

    assert read(data) == ([b"hi"], None)


def test_what_came_before_a_violation_is_delivered():
    items, end = read(text(b"one") + ping() + client_frame(FIN | 0x3) + text(b"two"))

    assert items == [b"one", Ping(b"")]
    assert end == CloseCode.PROTOCOL_ERROR


@pytest.mark.parametrize(
    "last", [close(1000), client_frame(0xF0)], ids=["close", "breach"]
)
def test_nothing_is_read_after_the_end(last):
    reader = FrameReader(LIMIT)
    read_all(reader, [last])

    assert read_all(reader, [text(b"late")]) == ([], None)


FIRST = st.sampled_from([0x00, 0x01, 0x80, 0x81, 0x88, 0x89, 0x8A, 0x82, 0xC1, 0x09])
FRAME = st.builds(client_frame, FIRST, st.binary(max_size=130))
STREAM = st.lists(FRAME | st.builds(lambda s: text(s.encode()), st.text(max_size=130)))


@given(STREAM.map(b"".join), st.data())
@example(client_frame(TEXT, b"a" * 600) * 2, None)
def test_any_split_gives_the_same_items(stream, data):
    whole = read(stream)
    pieces = [stream[i : i + 1] for i in range(len(stream))]
    if data is not None:
        cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)))))
        edges = zip([0, *cuts], [*cuts, len(stream)], strict=True)
        pieces = [stream[start:end] for start, end in edges]

    assert read_all(FrameReader(LIMIT), pieces) == whole


@given(st.lists(st.binary(max_size=300)))
def test_no_bytes_raise_anything_but_disconnect(pieces):
    read_all(FrameReader(LIMIT), pieces)


@pytest.mark.parametrize(
    ("size", "head"),
    [
        (0, "8100"),
        (125, "817d"),
        (126, "817e007e"),
        (65535, "817effff"),
        (65536, "817f0000000000010000"),
    ],
)
def test_text_is_built_with_the_shortest_length(size, head):
    assert build_text(b"x" * size) == bytes.fromhex(head) + b"x" * size


def test_control_frames_are_built():
    assert build_ping(b"p") == b"\x89\x01p"
    assert build_pong(b"p") == b"\x8a\x01p"
    assert build_close(1000, "bye") == b"\x88\x05\x03\xe8bye"
    assert build_close(NO_STATUS) == b"\x88\x00"


def test_long_reason_is_cut_between_letters():
    frame = build_close(1000, "a" + "ї" * 100)

    assert frame[1] == 2 + 123
    assert frame[4:].decode() == "a" + "ї" * 61


@pytest.mark.parametrize("parts", [[], [b"one"], [b"o", b"n", b"e"]])
def test_text_built_in_parts_reads_as_one(parts):
    masked = b"".join(
        client_frame(frame[0], frame[2:]) for frame in build_text_parts(parts)
    )

    assert read(masked) == ([b"".join(parts)], None)


def test_small_fragments_are_told_one_by_one():
    data = client_frame(TEXT, b"a") + client_frame(CONTINUATION) * 2
    data += client_frame(CONTINUATION, b"b" * 600) + client_frame(FIN | CONTINUATION)

    items = list(fed(FrameReader(LIMIT), data))

    assert items == [Splinter()] * 3 + [b"a" + b"b" * 600]


@pytest.mark.parametrize("taken", [1, 2, 3])
def test_what_was_not_taken_comes_first_the_next_time(taken):
    reader = FrameReader(LIMIT)
    words = [b"one", b"two", b"three"]
    items = fed(reader, b"".join(map(text, words)) + text(b"four")[:5])

    first = [next(items) for _ in range(taken)]

    assert first + list(fed(reader, text(b"four")[5:])) == [*words, b"four"]


def test_the_limit_may_change_from_one_message_to_the_next():
    reader = FrameReader(3)
    items = fed(reader, text(b"one") + text(b"more") + text(b"too much"))

    assert next(items) == b"one"
    reader.max_bytes = 4
    assert next(items) == b"more"
    with pytest.raises(Disconnect) as ended:
        next(items)
    assert ended.value.code == CloseCode.TOO_BIG
