"""PNG: the picture is kept, and nothing else."""

import pytest

from rtserver.files import orientation, png
from rtserver.files.source import Malformed
from tests.pictures import ORIENTATION, SECRET, chunk, exif, kinds_of
from tests.pictures import png as made
from tests.rtserver.files.cleaning import cleaned
from tests.uploading import large_png


def test_a_plain_picture_is_kept_byte_for_byte():
    data = made(chunk(b"gAMA", b"\0\0\xb1\x8f"), chunk(b"pHYs", b"\0" * 9))

    assert cleaned(png, data) == data


@pytest.mark.parametrize("size", [100, 200_000])
def test_the_tests_large_picture_is_as_large_as_asked_for_and_kept_whole(size):
    data = large_png(size)

    assert cleaned(png, data) == data
    assert len(data) == size


@pytest.mark.parametrize("kind", [b"tEXt", b"zTXt", b"iTXt", b"tIME", b"caBX", b"xxXx"])
def test_text_times_and_foreign_chunks_go(kind):
    assert cleaned(png, made(chunk(kind, SECRET))) == made()


def test_of_exif_the_orientation_is_left():
    kept = cleaned(png, made(chunk(b"eXIf", exif())))

    assert kept == made(chunk(b"eXIf", orientation.block(ORIENTATION)))
    assert SECRET not in kept


def test_exif_of_an_upright_picture_goes_whole():
    assert cleaned(png, made(chunk(b"eXIf", exif(1)))) == made()


def test_what_follows_the_end_is_cut_off():
    assert cleaned(png, made() + b"PK\3\4 an archive") == made()


def test_a_film_stays_one():
    film = chunk(b"acTL", b"\0" * 8), chunk(b"fcTL", b"\0" * 26)
    film += (chunk(b"fdAT", b"\0" * 99),)

    kept = kinds_of(cleaned(png, made(*film)))

    assert kept == [b"IHDR", b"acTL", b"fcTL", b"fdAT", b"IDAT", b"IEND"]


DAMAGED = made()[:45] + b"\0" + made()[46:]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<html><script>alert(1)</script></html>",
        b"\x89PNG\r\n\x1a\n<html>",
        made()[:-1],
        made()[:30],
        made()[:8] + chunk(b"IDAT", b"x") + chunk(b"IEND"),
        made()[:33] + chunk(b"IEND"),
        made()[:33] + made()[8:],
        made()[:33] + b"\xff\xff\xff\xff" + b"IDAT",
        made()[:33] + b"\0\0\0\1" + b"<scr" + b"ipt>",
        made(noise=b"x" * 200_000)[:-50],
        DAMAGED,
    ],
)
def test_what_is_no_picture_is_refused(data):
    with pytest.raises(Malformed):
        cleaned(png, data)
