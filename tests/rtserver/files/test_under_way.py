"""What one user has on its way, and what waits for its turn."""

import asyncio
from typing import Any

import pytest

from rtserver.access.actor import Actor
from rtserver.errors import RateLimited
from rtserver.files.under_way import AT_ONCE, UnderWay
from rtserver.files.upload import STEP, Upload
from tests.lesson_school import OLENA, SOFIA
from tests.rtserver.files.conftest import request

MOST = 1000


@pytest.fixture
def under_way() -> UnderWay:
    return UnderWay(MOST)


def upload(length: int | None, who: Actor = SOFIA, **asked: Any) -> Upload:
    keeper: Any = None
    return Upload(keeper, who, request(length, **asked))


async def waits(under_way: UnderWay, one: Upload) -> "asyncio.Task[None]":
    task = asyncio.create_task(under_way.enter(one))
    await asyncio.sleep(0)
    assert not task.done()
    return task


async def test_of_one_user_so_much_of_a_lessons_room_is_kept_at_once(
    under_way: UnderWay,
) -> None:
    first, second = upload(600), upload(300)
    await under_way.enter(first)
    await under_way.enter(second)
    third = await waits(under_way, upload(101))

    under_way.leave(second)

    await third


async def test_one_may_be_as_long_as_it_likes_and_the_others_wait_for_it(
    under_way: UnderWay,
) -> None:
    large = upload(MOST + 1)
    await under_way.enter(large)
    small = await waits(under_way, upload(1))
    other = await waits(under_way, upload(MOST))

    under_way.leave(large)
    await small
    await asyncio.sleep(0)

    assert not other.done()
    other.cancel()


async def test_other_users_and_other_lessons_have_room_of_their_own(
    under_way: UnderWay,
) -> None:
    await under_way.enter(upload(MOST))

    await under_way.enter(upload(MOST, OLENA))
    await under_way.enter(upload(MOST, lesson_id=2))


async def test_one_of_unknown_length_counts_by_what_is_kept_for_it_at_first() -> None:
    under_way = UnderWay(2 * STEP)
    for _ in range(2):
        await under_way.enter(upload(None))

    (await waits(under_way, upload(None))).cancel()


async def test_whose_turn_does_not_come_is_told_to_try_again() -> None:
    under_way = UnderWay(MOST, patience=0.01)
    await under_way.enter(upload(MOST))

    for _ in range(AT_ONCE):
        with pytest.raises(RateLimited, match="before this one"):
            await under_way.enter(upload(1))


async def test_whoever_gives_up_waiting_takes_nobodys_turn(under_way: UnderWay) -> None:
    first = upload(MOST)
    await under_way.enter(first)
    gone = [await waits(under_way, upload(1)) for _ in range(AT_ONCE - 1)]
    for task in gone:
        task.cancel()
    await asyncio.gather(*gone, return_exceptions=True)

    under_way.leave(first)
    for _ in range(AT_ONCE):
        await under_way.enter(upload(1))

    with pytest.raises(RateLimited, match="64 uploads"):
        await under_way.enter(upload(1))
