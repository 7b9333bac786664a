"""A ZIP that is made as it is sent."""

import io
import shutil
import subprocess
import zipfile

import pytest

from rtserver.archive.zip_stream import ZipMember, zip_pieces
from tests.lesson_school import TEN

MEMBERS = [
    ZipMember("lesson.json", [b"{", b"}"]),
    ZipMember("files/a.png", [b"x" * 70_000] * 3, is_packed=True),
    ZipMember("empty.txt", []),
]


def test_python_and_unzip_read_it(tmp_path):
    file = tmp_path / "a.zip"
    file.write_bytes(b"".join(zip_pieces(MEMBERS, TEN)))

    with zipfile.ZipFile(file) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == [member.name for member in MEMBERS]
        assert archive.read("files/a.png") == b"x" * 210_000
        assert archive.getinfo("lesson.json").date_time == (2026, 12, 1, 10, 0, 0)
    if unzip := shutil.which("unzip"):
        assert subprocess.run([unzip, "-tq", file], check=False).returncode == 0


def test_it_comes_bit_by_bit():
    sizes = [len(piece) for piece in zip_pieces(MEMBERS, TEN)]

    assert max(sizes) < 71_000


def test_what_fails_midway_is_no_archive():
    def broken():
        yield b"x" * 70_000
        raise FileNotFoundError

    came = bytearray()
    with pytest.raises(FileNotFoundError):
        for piece in zip_pieces([*MEMBERS, ZipMember("b.png", broken())], TEN):
            came += piece

    assert len(came) > 70_000
    with pytest.raises(zipfile.BadZipFile):
        zipfile.ZipFile(io.BytesIO(came))
