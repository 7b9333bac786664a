"""What is kept until it is sent."""

import errno
import os

import pytest

from rtserver.archive.spool import Spool
from rtserver.errors import Unavailable


def test_parts_are_read_as_they_were_added(tmp_path):
    spool = Spool(tmp_path)
    first = spool.add([b"a", b"bc"])
    empty = spool.add([])
    large = spool.add([b"x" * 100_000] * 2)

    assert b"".join(spool.read(first)) == b"abc"
    assert list(spool.read(empty)) == []
    assert b"".join(spool.read(large)) == b"x" * 200_000
    assert b"".join(spool.read(first)) == b"abc"
    spool.close()


def test_nothing_has_a_name(tmp_path):
    spool = Spool(tmp_path)
    spool.add([b"secret"])

    assert os.listdir(tmp_path) == []
    spool.close()


def test_a_full_disk_makes_it_unavailable(tmp_path):
    def pieces():
        yield b"x"
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    spool = Spool(tmp_path)

    with pytest.raises(Unavailable, match="no room for files"):
        spool.add(pieces())
    spool.close()
