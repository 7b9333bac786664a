"""JPEG: the picture is kept, and nothing else."""

import pytest

from rtserver.files import jpeg, orientation
from rtserver.files.source import Malformed
from tests.pictures import FRAME, JFIF, ORIENTATION, SCAN, SECRET, TABLES, exif, segment
from tests.pictures import jpeg as made
from tests.rtserver.files.cleaning import cleaned

ICC = segment(0xE2, b"ICC_PROFILE\0\1\1colours")
ADOBE = segment(0xEE, b"Adobe\0\x64\0\0\0\0\1")


def test_a_plain_picture_is_kept_byte_for_byte():
    data = made(ICC, ADOBE)

    assert cleaned(jpeg, data) == data


@pytest.mark.parametrize(
    "part",
    [
        segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + SECRET),
        segment(0xED, b"Photoshop 3.0\0" + SECRET),
        segment(0xE2, b"MPF\0" + SECRET),
        segment(0xE0, b"JFXX\0" + SECRET),
        segment(0xEB, b"JP" + SECRET),
        segment(0xFE, SECRET),
    ],
)
def test_comments_and_what_programs_note_go(part):
    assert cleaned(jpeg, made(part)) == made()


@pytest.mark.parametrize("order", ["<", ">"])
def test_of_exif_the_orientation_is_left(order):
    kept = cleaned(jpeg, made(segment(0xE1, b"Exif\0\0" + exif(order=order))))

    block = orientation.block(ORIENTATION)
    assert kept == made(segment(0xE1, b"Exif\0\0" + block))


def test_the_thumbnail_of_the_head_goes():
    head = segment(0xE0, JFIF[4:16] + b"\1\1" + b"rgb")

    assert cleaned(jpeg, b"\xff\xd8" + head + made()[20:]) == made()


def test_what_follows_the_end_is_cut_off():
    assert cleaned(jpeg, made() + b"\0\0\0\x18ftypmp42" + SECRET) == made()


def test_scans_of_a_progressive_picture_stay_in_their_order():
    data = made(scan=SCAN + TABLES + SCAN)

    assert cleaned(jpeg, data) == data


@pytest.mark.parametrize("length", range(65_530, 65_542))
def test_a_marker_across_the_border_of_two_pieces_is_found(length):
    data = made(scan=SCAN + b"\x55" * length + b"\xff\0")

    assert cleaned(jpeg, data + b"rest") == data


def test_comments_between_scans_go():
    assert cleaned(jpeg, made(scan=SCAN + segment(0xFE, SECRET) + SCAN)) == made(
        scan=SCAN + SCAN
    )


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xd8",
        b"\xff\xd8\xff\xd9",
        made()[:-1],
        made()[:-2],
        b"\xff\xd8" + b"\xff" * 200_000,
        made(scan=SCAN + b"\xff" * 200_000)[:-2],
        b"\xff\xd8" + SCAN + FRAME + b"\xff\xd9",
        b"\xff\xd8\xff\xe0\0\0",
        b"\xff\xd8<?php echo 1; ?>",
        b"GIF89a" + made(),
    ],
)
def test_what_is_no_picture_is_refused(data):
    with pytest.raises(Malformed):
        cleaned(jpeg, data)
