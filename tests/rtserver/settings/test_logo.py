"""The school's logo: told by what is in it, whatever it is called."""

from pathlib import Path

import pytest

from rtserver.settings.logo import MAX_BYTES, Logo, read_logo
from rtserver.settings.small_file import UnusableFile

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 16
JPEG = b"\xff\xd8\xff\xe0" + b"\0" * 16
WEBP = b"RIFF\x10\0\0\0WEBPVP8 " + b"\0" * 8
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"/>'
WRAPPED = (
    b'\xef\xbb\xbf<?xml version="1.0"?>\n<!-- made\n by hand > -->\n'
    b'<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "svg11.dtd">\n' + SVG
)


@pytest.mark.parametrize(
    ("body", "media_type"),
    [
        (PNG, "image/png"),
        (JPEG, "image/jpeg"),
        (WEBP, "image/webp"),
        (SVG, "image/svg+xml"),
        (WRAPPED, "image/svg+xml"),
        (b"\n <svg>\n</svg>", "image/svg+xml"),
    ],
)
def test_pictures_are_known_by_their_beginning(
    tmp_path: Path, body: bytes, media_type: str
) -> None:
    file = tmp_path / "logo.txt"
    file.write_bytes(body)

    assert read_logo(file) == Logo(body, media_type)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"GIF89a",
        b"RIFF\x10\0\0\0WAVE",
        b"<html><svg></svg></html>",
        b"<!DOCTYPE html><svg/>"[:15],
        b"<svgx>",
        b"<!-- <svg> ",
    ],
)
def test_anything_else_is_no_logo(tmp_path: Path, body: bytes) -> None:
    file = tmp_path / "logo.svg"
    file.write_bytes(body)

    with pytest.raises(UnusableFile, match="no PNG"):
        read_logo(file)


def test_a_logo_is_small(tmp_path: Path) -> None:
    file = tmp_path / "logo.png"
    file.write_bytes(PNG.ljust(MAX_BYTES, b"\0"))
    assert len(read_logo(file).body) == MAX_BYTES

    file.write_bytes(PNG.ljust(MAX_BYTES + 1, b"\0"))
    with pytest.raises(UnusableFile, match="bytes"):
        read_logo(file)
