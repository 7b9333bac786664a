"""The types of files."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rtserver.files.kinds import KINDS
from rtserver.files.source import Malformed
from rtserver.settings.files import TYPES
from tests.pictures import SMALL
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
