"""Rooms of several processes: shared, taken over, brought back, and out of reach."""

import asyncio
from contextlib import closing
from typing import Any

import pytest
import redis

from rtserver.errors import Unavailable
from rtserver.redis.timeout import StallTolerantTimeout
from rtserver.rooms.contract import Seat, SeatState, Signal
from tests.rtserver.nodes import Make
from tests.rtserver.rooms.nodes import LESSON, OLENA, SOFIA, TARAS, Roomed, redis_rooms
from tests.services import Redis

UP = Signal(hand=True, reaction="help")


def state(node: Roomed, seat: Seat = TARAS) -> SeatState:
    found: SeatState = node.rooms.states(LESSON)[seat.user_id]
    return found


def present(node: Roomed) -> list[Seat]:
    return [Seat(LESSON, user_id) for user_id in node.rooms.present(LESSON)]


async def furnished(nodes: list[Roomed]) -> SeatState:
    """Have Taras, at the first process, raise his hand, and Olena at the other lead."""
    one, two = nodes[0], nodes[-1]
    one.join(TARAS, "taras")
    two.join(OLENA, "olena")
    for node in nodes:
        await node.until_told(("entered", TARAS), ("entered", OLENA))
    await two.rooms.signal([TARAS], UP)
    await two.rooms.lead(OLENA, "olena", on=True)
    for node in nodes:
        await node.until_told(("lead", (LESSON, OLENA.user_id)))
        assert state(node).hand is not None
    return state(one)


async def test_all_is_told_to_every_process_once(several_rooms: Make) -> None:
    nodes = await several_rooms(3)

    await furnished(nodes)
    nodes[1].join(TARAS, "phone")
    for node in nodes:
        await node.settled()

    for node in nodes:
        assert sorted(node.told, key=str) == sorted(
            [
                ("entered", TARAS),
                ("entered", OLENA),
                ("signalled", (TARAS, True, "help")),
                ("lead", (LESSON, OLENA.user_id)),
            ],
            key=str,
        )


async def test_late_process_knows_it_all(several_rooms: Make) -> None:
    nodes = await several_rooms(2)
    known = await furnished(nodes)

    [late] = await several_rooms(1)

    assert state(late) == known
    assert late.rooms.leader(LESSON) == OLENA.user_id
    assert late.told == []


async def test_who_is_evicted_by_every_process_leaves_once(several_rooms: Make) -> None:
    nodes = await several_rooms(3, leave_grace=60)
    nodes[0].join(TARAS, "phone")
    nodes[1].join(TARAS, "laptop")
    for node in nodes:
        await node.until_told(("entered", TARAS))

    for node in nodes:
        node.evict(TARAS)
    for node in nodes:
        await node.until_told(("left", TARAS))
        await node.settled()

    assert [node.told.count(("left", TARAS)) for node in nodes] == [1, 1, 1]


async def test_slow_process_evicts_nobody_who_is_back(several_rooms: Make) -> None:
    one, slow = await several_rooms(2)
    await one.entered(TARAS, "page")
    one.evict(TARAS)
    await one.until_told(("left", TARAS))
    one.join(TARAS, "again")
    await slow.until(lambda: slow.told.count(("entered", TARAS)) == 2)

    slow.evict(TARAS)
    await slow.settled()

    assert slow.rooms.present(LESSON) == [TARAS.user_id]


async def test_people_of_a_dead_process_leave_once_and_lead_no_more(
    several_rooms: Make,
) -> None:
    nodes = await several_rooms(3, ttl=1.0)
    await furnished(nodes)
    nodes[0].join(OLENA, "phone")
    nodes[2].join(SOFIA, "page")
    await nodes[0].until_told(("entered", SOFIA))

    await nodes[2].die()
    for node in nodes[:2]:
        await node.until_told(("left", SOFIA), ("lead", (LESSON, None)))
        await node.settled()

    for node in nodes[:2]:
        assert node.told.count(("left", SOFIA)) == 1
        assert node.told.count(("lead", (LESSON, None))) == 1
        assert sorted(node.rooms.present(LESSON)) == [OLENA.user_id, TARAS.user_id]


async def test_flushed_data_are_brought_back_by_every_process(
    several_rooms: Make, redis_url: str
) -> None:
    nodes = await several_rooms(2)
    known = await furnished(nodes)
    told = [list(node.told) for node in nodes]
    before = [node.losses for node in nodes]

    with redis.Redis.from_url(redis_url) as client:
        client.flushall()
    for node, losses in zip(nodes, before, strict=True):
        await node.until(lambda node=node, losses=losses: node.losses > losses)

    [late] = await several_rooms(1)
    for node in (*nodes, late):
        assert state(node) == known
        assert node.rooms.leader(LESSON) == OLENA.user_id
    assert [node.told for node in nodes] == told


async def test_restarted_redis_learns_everything_again(
    own_redis: Redis, started: Make
) -> None:
    nodes = [await started(redis_rooms(own_redis.url)) for _ in range(2)]
    known = await furnished(nodes)
    nodes[1].join(SOFIA, "page")
    await nodes[0].until_told(("entered", SOFIA))

    await asyncio.to_thread(own_redis.kill)
    nodes[1].leave(SOFIA, "page")
    await asyncio.to_thread(own_redis.restart)
    for node in nodes:
        await node.until(lambda node=node: set(present(node)) == {TARAS, OLENA})

    for node in nodes:
        assert state(node) == known
        assert node.rooms.leader(LESSON) == OLENA.user_id


async def test_without_redis_the_last_known_state_stays_and_commands_fail(
    own_redis: Redis, started: Make
) -> None:
    nodes = [await started(redis_rooms(own_redis.url)) for _ in range(2)]
    known = await furnished(nodes)
    told = list(nodes[0].told)

    await asyncio.to_thread(own_redis.kill)
    with pytest.raises(Unavailable):
        await nodes[0].rooms.signal([TARAS], Signal(hand=False))
    with pytest.raises(Unavailable):
        await nodes[1].rooms.lead(OLENA, "olena", on=False)
    nodes[0].leave(TARAS, "taras")

    assert state(nodes[0]) == known
    assert nodes[0].rooms.leader(LESSON) == OLENA.user_id
    assert nodes[0].told == told


async def test_who_comes_while_redis_is_away_is_known_here_to_be_in(
    own_redis: Redis, started: Make
) -> None:
    node = await started(redis_rooms(own_redis.url))
    await node.entered(OLENA, "olena")
    await asyncio.to_thread(own_redis.kill)

    node.join(TARAS, "page")
    await node.rooms.settle(TARAS)
    present = node.rooms.present(LESSON)
    node.leave(TARAS, "page")

    assert present == [OLENA.user_id, TARAS.user_id]
    assert node.rooms.present(LESSON) == [OLENA.user_id]


async def test_frozen_redis_delays_nobody(own_redis: Redis, started: Make) -> None:
    nodes = [await started(redis_rooms(own_redis.url, ttl=1.0)) for _ in range(2)]
    known = await furnished(nodes)

    await asyncio.to_thread(own_redis.freeze)
    nodes[0].join(SOFIA, "page")
    async with StallTolerantTimeout(0.8):  # over twice of what both may take
        await nodes[0].rooms.settle(SOFIA)
        with pytest.raises(Unavailable):
            await nodes[0].rooms.signal([TARAS], Signal(reaction="no"))
    await asyncio.sleep(2.0)  # longer than the TTL
    await asyncio.to_thread(own_redis.thaw)
    await nodes[1].until(lambda: SOFIA in present(nodes[1]))

    for node in nodes:
        assert ("left", TARAS) not in node.told
        assert state(node).hand == known.hand


async def test_whoever_is_not_known_to_redis_yet_is_told_to_try_again(
    several_rooms: Make, redis_url: str
) -> None:
    [node] = await several_rooms(1)
    await node.entered(TARAS, "page")
    with redis.Redis.from_url(redis_url) as client:
        client.delete("school:{rooms}:states", f"school:{{rooms}}:{LESSON}:5")

    with pytest.raises(Unavailable):
        await node.rooms.signal([TARAS], UP)
    with pytest.raises(Unavailable):
        await node.rooms.lead(TARAS, "page", on=True)
    await node.rooms.signal([SOFIA], UP)  # isn't here: passed over
    await node.rooms.lead(SOFIA, "gone", on=True)


async def test_message_of_a_wrong_shape_is_passed_over(
    several_rooms: Make, redis_url: str
) -> None:
    one, two = await several_rooms(2)
    with redis.Redis.from_url(redis_url) as client:
        for message in (b"", b"[]", b"\xff", b'{"epoch":1}'):
            assert client.publish("school:0:rooms", message) == 2

    one.join(TARAS, "page")
    await two.until_told(("entered", TARAS))


async def test_stopped_process_gives_its_people_their_grace(
    several_rooms: Make,
) -> None:
    one, two = await several_rooms(2, leave_grace=0.3)
    two.join(TARAS, "page")
    await one.until_told(("entered", TARAS))

    two.leave(TARAS, "page")
    await two.rooms.stop()

    await one.until_told(("left", TARAS))


async def test_rooms_lie_on_one_node_of_a_cluster(
    several_rooms: Make, redis_url: str
) -> None:
    await furnished(await several_rooms(2))

    with closing(redis.Redis.from_url(redis_url, decode_responses=True)) as client:
        keys: Any = client.keys()
    # A cluster keeps together what has the same in braces.
    assert len(keys) > 3
    assert {key.partition("}")[0] for key in keys} == {"school:{rooms"}
