"""WebP: the picture is kept, and nothing else."""

import struct

import pytest

from rtserver.files import orientation, webp
from rtserver.files.source import Malformed
from tests.pictures import LOSSLESS, ORIENTATION, SECRET, exif, extended_webp, riff
from tests.pictures import webp as made
from tests.rtserver.files.cleaning import cleaned

UPRIGHT = made(riff(b"VP8X", b"\0" * 10), LOSSLESS)


def test_a_plain_picture_is_kept_byte_for_byte():
    assert cleaned(webp, made()) == made()


def test_exif_and_xmp_go_and_the_head_says_so():
    data = extended_webp(riff(b"EXIF", exif(1)), riff(b"XMP ", SECRET))

    assert cleaned(webp, data) == UPRIGHT


@pytest.mark.parametrize("name", [b"", b"Exif\0\0"])
def test_of_exif_the_orientation_is_left(name):
    kept = cleaned(webp, extended_webp(riff(b"EXIF", name + exif())))

    head = riff(b"VP8X", b"\x08" + b"\0" * 9)
    block = riff(b"EXIF", orientation.block(ORIENTATION))
    assert kept == made(head, LOSSLESS, block)


def test_foreign_chunks_go():
    assert cleaned(webp, made(LOSSLESS, riff(b"evil", SECRET))) == made()


def test_what_follows_the_end_is_cut_off():
    assert cleaned(webp, made() + SECRET) == made()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"RIFF",
        made()[:-1],
        made(riff(b"evil", SECRET)),
        made(riff(b"ICCP", SECRET), LOSSLESS),
        made(riff(b"VP8X", b"\0" * 9), LOSSLESS),
        made(riff(b"VP8X", b"\0" * 10)),
        made(b"VP8L" + struct.pack("<I", 2**31) + b"x"),
        made(LOSSLESS, *[riff(b"ANMF", b"")] * 10_001),
        b"RIFF\4\0\0\0WAVE",
        b"RIFF\4\0\0\0WEBP",
    ],
)
def test_what_is_no_picture_is_refused(data):
    with pytest.raises(Malformed):
        cleaned(webp, data)
