"""Presence keeps its contract, within one process and through Redis."""

import asyncio

from tests.rtserver.nodes import Make


async def test_first_connection_is_told_once_and_the_second_never(
    presence: Make,
) -> None:
    node = await presence()

    node.join(7, "phone")
    node.join(7, "laptop")
    await node.settled()

    assert node.told == [("online", 7)]


async def test_last_connection_gone_is_told_once_after_the_grace(
    presence: Make,
) -> None:
    node = await presence(leave_grace=0.3)
    node.join(7, "phone")
    await node.until_told(("online", 7))

    node.leave(7, "phone")
    left = asyncio.get_running_loop().time()
    await node.until_told(("offline", 7))

    assert asyncio.get_running_loop().time() - left >= 0.29
    await node.settled()
    assert node.told == [("online", 7), ("offline", 7)]


async def test_one_of_two_devices_leaving_changes_nothing(presence: Make) -> None:
    node = await presence(leave_grace=0)
    node.join(7, "phone")
    node.join(7, "laptop")
    await node.until_told(("online", 7))

    node.leave(7, "phone")
    node.join(8, "other")
    node.leave(8, "other")
    node.join(9, "third")
    await node.until_told(("online", 9))
    node.leave(9, "third")
    await node.until_told(("offline", 9))

    assert ("offline", 7) not in node.told
    assert 7 in node.presence.everyone()


async def test_page_reload_does_not_flap(presence: Make) -> None:
    node = await presence(leave_grace=0.3)
    node.join(7, "page")
    await node.until_told(("online", 7))
    node.leave(7, "page")
    node.join(8, "other")
    await node.until_told(("online", 8))

    node.join(7, "page again")
    node.leave(8, "other")
    await node.until_told(("offline", 8))
    await node.settled()

    assert [each for each in node.told if each[1] == 7] == [("online", 7)]


async def test_who_comes_back_after_the_grace_is_told_again(presence: Make) -> None:
    node = await presence(leave_grace=0)
    node.join(7, "first")
    await node.until_told(("online", 7))
    node.leave(7, "first")
    await node.until_told(("offline", 7))

    node.join(7, "second")
    await node.settled()

    assert node.told == [("online", 7), ("offline", 7), ("online", 7)]


async def test_leaving_twice_or_without_having_come_changes_nothing(
    presence: Make,
) -> None:
    node = await presence(leave_grace=0)
    node.leave(7, "never")
    node.join(7, "phone")
    node.join(7, "laptop")
    await node.until_told(("online", 7))

    node.leave(7, "phone")
    node.leave(7, "phone")
    await node.settled()

    assert node.told == [("online", 7)]


async def test_a_crowd_that_comes_at_once_is_told_at_once(presence: Make) -> None:
    node = await presence()

    for user in range(1, 1001):
        node.join(user, f"c{user}")
    await node.until(lambda: len(node.told) == 1000)

    assert [len(change.online) for change in node.changes] == [1000]


async def test_a_crowd_that_leaves_is_told_as_a_crowd(presence: Make) -> None:
    node = await presence(leave_grace=0)
    for user in range(1, 1001):
        node.join(user, f"c{user}")
    await node.until(lambda: len(node.told) == 1000)

    for user in range(1, 1001):
        node.leave(user, f"c{user}")
    await node.until(lambda: len(node.told) == 2000)

    assert len(node.changes) <= 3


async def test_online_is_asked_for_some_and_for_everyone(presence: Make) -> None:
    node = await presence()
    for user in (1, 2, 3):
        node.join(user, f"c{user}")
    await node.until_told(("online", 1), ("online", 2), ("online", 3))

    assert node.presence.online([2, 3, 4]) == {2, 3}
    assert set(node.presence.everyone()) == {1, 2, 3}


async def test_grace_is_online_but_not_connected(presence: Make) -> None:
    node = await presence(leave_grace=30)
    node.join(7, "phone")
    node.join(8, "laptop")
    await node.until_told(("online", 7), ("online", 8))

    node.leave(7, "phone")
    await node.settled()

    assert node.presence.online([7, 8]) == {7, 8}
    assert await node.presence.connected([7, 8, 9]) == {8}


async def test_own_connection_counts_before_anybody_is_told(presence: Make) -> None:
    node = await presence()

    node.join(7, "phone")
    first = await node.presence.connected([7])
    node.leave(7, "phone")
    node.join(7, "laptop")

    assert (first, await node.presence.connected([7, 9])) == ({7}, {7})


async def test_largest_id_is_told_as_it_is(presence: Make) -> None:
    node = await presence(leave_grace=0)
    largest = 2**53 - 1

    node.join(largest, "phone")
    await node.until_told(("online", largest))
    node.leave(largest, "phone")
    await node.until_told(("offline", largest))

    assert not node.presence.everyone()


async def test_who_has_just_come_is_known_once_that_has_settled(presence: Make) -> None:
    node = await presence()

    node.join(7, "phone")
    await node.presence.settle(7)

    assert 7 in node.presence.everyone()
