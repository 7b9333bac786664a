import asyncio
import gc
import weakref

from rtserver.access.turns import Turns

TARAS, OLENA = 7, 8


async def test_each_user_has_turns_of_their_own_and_more_of_one_wait() -> None:
    turns = Turns(2)
    taken = [turns.of(TARAS), turns.of(TARAS)]
    for turn in taken:
        await turn.acquire()

    third = asyncio.create_task(turns.of(TARAS).acquire())
    await turns.of(OLENA).acquire()
    await asyncio.sleep(0)
    waited = not third.done()
    taken.pop().release()

    assert waited and await third


async def test_who_has_none_costs_nothing() -> None:
    turns = Turns(1)
    turn = turns.of(TARAS)
    await turn.acquire()
    turn.release()

    kept = weakref.ref(turn)
    del turn
    gc.collect()

    assert kept() is None
