"""The types of files."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rtserver.files.kinds import KINDS
from rtserver.files.source import Malformed
from rtserver.settings.files import TYPES
from tests.pictures import SMALL, chunk, gif, png
from tests.rtserver.files.cleaning import cleaned


def test_every_type_that_can_be_set_is_known():
    assert set(KINDS) == set(TYPES)


@pytest.mark.parametrize("type", TYPES)
@pytest.mark.parametrize("bytes_of", TYPES)
def test_a_file_is_of_its_own_type_alone(type, bytes_of):
    if type == bytes_of:
        assert cleaned(KINDS[type], SMALL[bytes_of]) == SMALL[bytes_of]
    else:
        with pytest.raises(Malformed):
            cleaned(KINDS[type], SMALL[bytes_of])


@pytest.mark.parametrize("type", TYPES)
@given(data=st.data())
def test_what_is_kept_is_kept_again_and_no_bytes_do_harm(type, data):
    whole = SMALL[type]
    place = data.draw(st.integers(0, len(whole)))
    length = data.draw(st.integers(0, 4))
    damaged = whole[:place] + data.draw(st.binary(max_size=8)) + whole[place + length :]

    try:
        kept = cleaned(KINDS[type], damaged)
    except Malformed:
        return
    assert cleaned(KINDS[type], kept) == kept


SPLINTERS = {
    "image/jpeg": b"\xff\xd8" + b"\xff\xfe\0\2" * 500_000,
    "image/png": png()[:33] + chunk(b"tEXt") * 200_000,
    "image/gif": gif()[:19] + b"\x21\xfe" + b"\1x" * 900_000,
}


@pytest.mark.parametrize("type", SPLINTERS)
def test_what_is_all_splinters_is_given_up(type):
    with pytest.raises(Malformed, match="splinters"):
        cleaned(KINDS[type], SPLINTERS[type])
