"""Lists that are too long for one query."""

from store.chunks import CHUNK, chunks


def test_chunks_hold_everything_in_order() -> None:
    assert list(chunks(range(7), 3)) == [[0, 1, 2], [3, 4, 5], [6]]


def test_no_chunk_is_empty() -> None:
    assert list(chunks(range(6), 3)) == [[0, 1, 2], [3, 4, 5]]
    assert list(chunks([])) == []


def test_what_can_be_read_only_once_is_read_once() -> None:
    values = (number for number in range(2 * CHUNK))

    assert [len(chunk) for chunk in chunks(values)] == [CHUNK, CHUNK]
