"""GIF: the picture is kept, and nothing else."""

import pytest

from rtserver.files import gif
from rtserver.files.source import Malformed
from tests.pictures import CONTROL, LOOP, PICTURE, SECRET, blocks
from tests.pictures import gif as made
from tests.rtserver.files.cleaning import cleaned


def test_a_film_is_kept_byte_for_byte():
    data = made(LOOP, CONTROL, PICTURE, CONTROL)

    assert cleaned(gif, data) == data


@pytest.mark.parametrize(
    "extension",
    [
        b"\x21\xfe" + blocks(SECRET, SECRET),
        b"\x21\xff" + blocks(b"XMP DataXMP", SECRET),
        b"\x21\x01" + blocks(b"\0" * 12, SECRET),
        b"\x21\x77" + blocks(SECRET),
    ],
)
def test_comments_text_and_foreign_data_go(extension):
    assert cleaned(gif, made(extension)) == made()


def test_of_a_loop_only_the_count_stays():
    loop = b"\x21\xff" + blocks(b"NETSCAPE2.0", b"\2" + SECRET, b"\1\0\0", SECRET)

    assert cleaned(gif, made(loop)) == made(LOOP)


def test_an_end_that_was_left_out_is_put_there():
    assert cleaned(gif, made()[:-1]) == made()


def test_what_follows_the_end_is_cut_off():
    assert cleaned(gif, made() + b"<script>alert(1)</script>") == made()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"GIF89a=1;alert(1)//",
        b"GIF89a/*" + made() + b"*/=1;alert(1)",
        made()[:-2],
        made()[:20],
        made().replace(PICTURE, b""),
        made(b"\x22"),
    ],
)
def test_what_is_no_picture_is_refused(data):
    with pytest.raises(Malformed):
        cleaned(gif, data)
