"""A file that is read once."""

import tempfile

import pytest

from rtserver.files.source import PIECE, Malformed, Source


@pytest.fixture
def source():
    with tempfile.TemporaryFile() as file:
        file.write(b"0123456789" * 20_000)
        file.seek(0)
        yield Source(file)


def test_pieces_are_what_was_asked_for(source):
    source.skip(5)

    pieces = list(source.pieces(150_000))

    assert [len(piece) for piece in pieces] == [PIECE, PIECE, 150_000 - 2 * PIECE]
    assert b"".join(pieces)[:7] == b"5678901"
    assert (source.position, source.left) == (150_005, 49_995)


def test_nobody_reads_behind_the_end(source):
    for reads in (
        lambda: source.take(200_001),
        lambda: source.skip(200_001),
        lambda: list(source.pieces(200_001)),
    ):
        source.go_to(0)
        with pytest.raises(Malformed):
            reads()


def test_another_beginning_is_noticed(source):
    assert source.expect(b"98", b"01") == b"01"
    with pytest.raises(Malformed):
        source.expect(b"98", b"01")
