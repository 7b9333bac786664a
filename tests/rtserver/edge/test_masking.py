import runpy
import sys

import pytest

from rtserver.edge import masking


@pytest.fixture(params=["in C", "without a compiler"])
def unmask(request, monkeypatch):
    if request.param == "without a compiler":
        monkeypatch.setitem(sys.modules, "tornado.speedups", None)
    return runpy.run_path(masking.__file__)["unmask"]


@pytest.mark.parametrize("size", [0, 1, 3, 4, 5, 8, 126, 1001])
def test_every_byte_is_unmasked_with_its_own_of_the_key(unmask, size):
    key, masked = b"\x37\xfa\x00\x3d", bytes(i % 256 for i in range(size))

    assert unmask(key, masked) == bytes(b ^ key[i % 4] for i, b in enumerate(masked))


def test_zeros_at_either_end_are_kept(unmask):
    assert unmask(b"\1\2\3\4", b"\1\2ab\1\2") == b"\0\0" + b"bf" + b"\0\0"
