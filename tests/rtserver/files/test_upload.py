"""One file on its way."""

import pytest

from rtserver.errors import Conflict, UnsupportedMediaType
from rtserver.files.upload import STEP, Upload
from tests.lesson_school import SOFIA
from tests.rtserver.files.conftest import request


class Keeper:
    """Takes notes of what an upload asks for."""

    def __init__(self, failure=None):
        self.done, self.failure = [], failure

    def check_size(self, size):
        self.done.append(("size", size))

    async def reserve(self, upload, least, size):
        assert least < size
        upload.reserved = size
        self.done.append(("reserve", size))

    async def append(self, upload, data):
        self.done.append(("append", len(data)))

    async def keep(self, upload):
        if self.failure:
            raise self.failure
        self.done.append("keep")
        return "kept"

    async def drop(self, upload, outcome):
        self.done.append(("drop", outcome))


def begun(keeper, length=None):
    upload = Upload(keeper, SOFIA, request(length))
    upload.reserved = STEP if length is None else length
    return upload


async def test_what_comes_is_gathered_and_written_down_in_pieces():
    keeper = Keeper()
    upload = begun(keeper, 100_000)

    for _ in range(10):
        await upload.write(b"x" * 10_000)
    assert await upload.finish() == "kept"

    appended = [one for one in keeper.done if one[0] == "append"]
    assert appended == [("append", 70_000), ("append", 30_000)]
    assert keeper.done[-1] == "keep"


async def test_more_than_room_was_kept_for_takes_more_room():
    keeper = Keeper()
    upload = begun(keeper)

    await upload.write(b"x" * STEP)
    await upload.write(b"x" * 70_000)

    reserved = [one for one in keeper.done if one[0] == "reserve"]
    assert reserved == [("reserve", 2 * STEP + 70_000)]


async def test_what_is_given_up_is_dropped_once_and_written_no_more():
    keeper = Keeper()
    upload = begun(keeper, 100_000)

    await upload.give_up()
    await upload.give_up()
    await upload.write(b"x" * 70_000)

    assert keeper.done == [("drop", "broken_off"), ("size", 70_000)]


async def test_what_cannot_be_kept_is_dropped():
    keeper = Keeper(Conflict())
    upload = begun(keeper, 1)
    await upload.write(b"x")

    with pytest.raises(Conflict):
        await upload.finish()

    assert keeper.done[-1] == ("drop", "conflict")


async def test_an_empty_body_is_no_file():
    keeper = Keeper()

    with pytest.raises(UnsupportedMediaType):
        await begun(keeper, 0).finish()

    assert keeper.done == [("drop", "unsupported_media_type")]


async def test_what_is_kept_is_not_given_up():
    keeper = Keeper()
    upload = begun(keeper, 1)
    await upload.write(b"x")
    await upload.finish()

    await upload.give_up()

    assert keeper.done[-1] == "keep"
