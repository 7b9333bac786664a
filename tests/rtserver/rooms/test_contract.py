"""Rooms keep their contract, within one process and through Redis."""

import asyncio

from rtserver.clock import Clock
from rtserver.rooms.contract import Seat, SeatState, Signal
from tests.rtserver.nodes import Make
from tests.rtserver.rooms.nodes import LESSON, OLENA, SOFIA, TARAS

UP, DOWN = Signal(hand=True), Signal(hand=False)


async def test_first_device_is_told_once_and_the_second_never(rooms: Make) -> None:
    node = await rooms()

    node.join(TARAS, "phone")
    node.join(TARAS, "laptop")
    await node.settled()

    assert node.told == [("entered", TARAS)]


async def test_last_device_gone_is_told_once_after_the_grace(rooms: Make) -> None:
    node = await rooms(leave_grace=0.3)
    await node.entered(TARAS, "phone")

    node.leave(TARAS, "phone")
    left = asyncio.get_running_loop().time()
    await node.until_told(("left", TARAS))

    assert asyncio.get_running_loop().time() - left >= 0.29
    await node.settled()
    assert node.told == [("entered", TARAS), ("left", TARAS)]


async def test_one_of_two_devices_leaving_changes_nothing(rooms: Make) -> None:
    node = await rooms(leave_grace=0)
    await node.entered(TARAS, "phone")
    node.join(TARAS, "laptop")
    await node.entered(SOFIA, "page")

    node.leave(TARAS, "phone")
    node.leave(SOFIA, "page")
    await node.until_told(("left", SOFIA))

    assert ("left", TARAS) not in node.told
    assert node.rooms.present(LESSON) == [TARAS.user_id]


async def test_page_reload_is_not_told(rooms: Make) -> None:
    node = await rooms(leave_grace=0.3)
    await node.entered(TARAS, "page")
    node.leave(TARAS, "page")
    await node.entered(SOFIA, "other")

    node.join(TARAS, "page again")
    node.leave(SOFIA, "other")
    await node.until_told(("left", SOFIA))
    await node.settled()

    assert [each for each in node.told if each[1] == TARAS] == [("entered", TARAS)]


async def test_one_connection_may_be_in_several_rooms(rooms: Make) -> None:
    node = await rooms(leave_grace=0)
    other = Seat(LESSON + 1, TARAS.user_id)
    await node.entered(TARAS, "page")
    await node.entered(other, "page")

    node.leave(other, "page")
    await node.until_told(("left", other))

    assert node.rooms.present(LESSON) == [TARAS.user_id]
    assert node.rooms.seats_of(TARAS.user_id) == [TARAS]


async def test_who_is_evicted_leaves_at_once_with_all_devices(rooms: Make) -> None:
    node = await rooms(leave_grace=60)
    await node.entered(TARAS, "phone")
    node.join(TARAS, "laptop")

    node.evict(TARAS)
    await node.until_told(("left", TARAS))
    node.leave(TARAS, "phone")
    node.evict(TARAS)
    await node.settled()

    assert node.told == [("entered", TARAS), ("left", TARAS)]


async def test_who_is_evicted_in_their_grace_leaves_at_once(rooms: Make) -> None:
    node = await rooms(leave_grace=60)
    await node.entered(TARAS, "phone")
    node.leave(TARAS, "phone")
    await node.settled()

    node.evict(TARAS)

    await node.until_told(("left", TARAS))


async def test_the_present_are_in_the_order_of_entering(rooms: Make) -> None:
    node = await rooms()
    for seat in (TARAS, OLENA, SOFIA):
        await node.entered(seat, "page")
        # So that no two of them enter within the same millisecond.
        await asyncio.sleep(0.002)

    assert node.rooms.present(LESSON) == [
        seat.user_id for seat in (TARAS, OLENA, SOFIA)
    ]
    entered = [state.entered_at for state in node.rooms.states(LESSON).values()]
    assert entered == sorted(entered)


async def test_signals_are_told_whole_and_only_where_something_changed(
    rooms: Make,
) -> None:
    node = await rooms()
    await node.entered(TARAS, "page")

    await node.rooms.signal([TARAS], UP)
    await node.rooms.signal([TARAS], Signal(reaction="yes"))
    await node.rooms.signal([TARAS], UP)
    await node.rooms.signal([SOFIA], UP)  # isn't in the room
    await node.settled()

    assert node.told[1:] == [
        ("signalled", (TARAS, True, None)),
        ("signalled", (TARAS, True, "yes")),
    ]


async def test_hand_that_is_up_keeps_its_time(rooms: Make) -> None:
    node = await rooms()
    await node.entered(TARAS, "page")
    await node.rooms.signal([TARAS], UP)
    await node.settled()
    first = node.rooms.states(LESSON)[TARAS.user_id].hand

    await node.rooms.signal([TARAS], Signal(hand=True, reaction="help"))
    await node.until_told(("signalled", (TARAS, True, "help")))

    assert first is not None
    assert node.rooms.states(LESSON)[TARAS.user_id].hand == first


async def test_signals_of_several_are_lowered_together(rooms: Make) -> None:
    node = await rooms()
    for seat in (TARAS, SOFIA):
        await node.entered(seat, "page")
        await node.rooms.signal([seat], UP)
    await node.settled()
    node.told.clear()

    await node.rooms.signal([TARAS, SOFIA, OLENA], DOWN)
    await node.settled()

    assert sorted(node.told) == [
        ("signalled", (SOFIA, False, None)),
        ("signalled", (TARAS, False, None)),
    ]


async def test_signals_end_when_their_owner_leaves(rooms: Make) -> None:
    node = await rooms(leave_grace=0)
    await node.entered(TARAS, "page")
    await node.rooms.signal([TARAS], Signal(hand=True, reaction="no"))
    node.leave(TARAS, "page")
    await node.until_told(("left", TARAS))

    node.told.clear()
    await node.entered(TARAS, "page")

    state = node.rooms.states(LESSON)[TARAS.user_id]
    assert (state.hand, state.reaction) == (None, None)


async def test_the_latest_leads(rooms: Make) -> None:
    node = await rooms()
    await node.entered(OLENA, "page")
    await node.entered(TARAS, "tablet")

    await node.rooms.lead(OLENA, "page", on=True)
    await node.rooms.lead(OLENA, "page", on=True)
    await node.rooms.lead(TARAS, "tablet", on=True)
    await node.rooms.lead(OLENA, "page", on=False)
    await node.settled()

    leads = [each for each in node.told if each[0] == "lead"]
    assert leads == [("lead", (LESSON, 2)), ("lead", (LESSON, 5))]
    assert node.rooms.leader(LESSON) == TARAS.user_id


async def test_leading_ends_when_it_is_put_down(rooms: Make) -> None:
    node = await rooms()
    await node.entered(OLENA, "page")
    await node.rooms.lead(OLENA, "page", on=True)

    await node.rooms.lead(OLENA, "page", on=False)
    await node.rooms.lead(OLENA, "page", on=False)
    await node.settled()

    assert node.told[1:] == [("lead", (LESSON, 2)), ("lead", (LESSON, None))]
    assert node.rooms.leader(LESSON) is None


async def test_leading_ends_with_the_connection_that_leads(rooms: Make) -> None:
    node = await rooms(leave_grace=60)
    await node.entered(OLENA, "page")
    node.join(OLENA, "phone")
    await node.rooms.lead(OLENA, "page", on=True)

    node.leave(OLENA, "phone")
    await node.settled()
    leading = node.rooms.leader(LESSON)
    node.leave(OLENA, "page")
    await node.until_told(("lead", (LESSON, None)))

    assert leading == OLENA.user_id
    assert node.rooms.present(LESSON) == [OLENA.user_id]


async def test_who_is_evicted_leads_no_more(rooms: Make) -> None:
    node = await rooms()
    await node.entered(OLENA, "page")
    await node.rooms.lead(OLENA, "page", on=True)

    node.evict(OLENA)
    await node.until_told(("left", OLENA))

    assert node.told[-2:] == [("lead", (LESSON, None)), ("left", OLENA)]


async def test_largest_ids_are_told_as_they_are(rooms: Make) -> None:
    node = await rooms(leave_grace=0)
    largest = Seat(2**53 - 1, 2**53 - 2)

    await node.entered(largest, "page")
    await node.rooms.signal([largest], UP)
    await node.rooms.lead(largest, "page", on=True)
    node.leave(largest, "page")
    await node.until_told(("left", largest))

    assert list(node.rooms.seats()) == []


async def test_who_has_just_come_is_known_once_that_has_settled(rooms: Make) -> None:
    node = await rooms()

    node.join(TARAS, "phone")
    await node.rooms.settle(TARAS)

    assert node.rooms.present(LESSON) == [TARAS.user_id]


def test_a_signal_that_only_clears_is_known_from_others() -> None:
    assert Signal(hand=False, reaction=None).only_clears
    assert Signal().only_clears
    assert not UP.only_clears
    assert not Signal(reaction="done").only_clears


def test_a_signal_leaves_what_it_does_not_name() -> None:
    now = Clock().now()
    state = SeatState(now, now, "yes")

    assert Signal().applied_to(state, now) == state
    assert DOWN.applied_to(state, now) == SeatState(now, None, "yes")
    assert Signal(reaction=None).applied_to(state, now) == SeatState(now, now)
