"""Work with the disk."""

import errno
import os

import pytest

from rtserver.errors import Unavailable
from rtserver.files.disk import on_disk


async def test_a_call_is_made_in_a_thread():
    assert await on_disk(lambda a, b: a + b, 1, b=2) == 3


@pytest.mark.parametrize(
    ("number", "told"),
    [(errno.ENOSPC, "no room"), (errno.EDQUOT, "no room"), (errno.EIO, "can't reach")],
)
async def test_a_disk_that_fails_is_told_without_its_paths(number, told, caplog):
    def fail():
        raise OSError(number, os.strerror(number), "/srv/files/f_1")

    with pytest.raises(Unavailable, match=told):
        await on_disk(fail)

    assert "/srv" not in caplog.text and os.strerror(number) in caplog.text


async def test_what_isnt_there_is_the_callers_concern(tmp_path):
    with pytest.raises(FileNotFoundError):
        await on_disk((tmp_path / "gone").read_bytes)
