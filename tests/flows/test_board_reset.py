"""Clearing and replacing a whole board (contract 2.5)."""

from typing import Any

from store import board_snapshots
from tests.drawing import Copy, element, gone, live, two_drawers
from tests.school import School


async def snapshots_of(school: School, lesson: int) -> list[tuple[int, str]]:
    """Return seq and kind of the stored snapshots, newest first."""
    found = await school.services.db.read(board_snapshots.of_lesson, lesson)
    return [(snapshot.seq, snapshot.kind) for snapshot in found]


async def test_reset_takes_a_seq_and_clears_every_copy(school: School) -> None:
    tutor, student, _ = await two_drawers(school)
    user = tutor.socket.welcome["user"]["id"]
    await tutor.draw(element("a", 4, 9), element("b", 2))
    await student.next("board.patch")

    ack = await tutor.call("board.reset")
    event = await student.next("board.reset")

    assert ack == {"seq": 2}
    assert (event["seq"], event["payload"]) == (2, {"user_id": user})
    assert await student.state() == {"a": gone("a", 5), "b": gone("b", 3)}
    assert await tutor.socket.quiet() == []


async def test_what_was_cleared_isnt_revived_by_an_older_version(
    school: School,
) -> None:
    tutor, student, _ = await two_drawers(school)
    await tutor.draw(element("a", 4))
    await tutor.call("board.reset")

    same = await student.draw(element("a", 5, 1))
    newer = await student.draw(element("a", 6, x=1))

    assert (same["rejected"], same["current"]) == (["a"], [gone("a", 5)])
    assert newer["accepted"] == ["a"]
    assert live((await tutor.state()).values()) == {"a": element("a", 6, x=1)}


async def test_what_was_cleared_is_kept_as_a_snapshot(school: School) -> None:
    tutor, _, lesson = await two_drawers(school)
    await tutor.draw(element("a"))
    await tutor.draw(element("b"))

    await tutor.call("board.reset")

    assert await snapshots_of(school, lesson) == [(2, "cleared")]


async def test_resetting_an_empty_board_takes_a_seq_too(school: School) -> None:
    tutor, student, lesson = await two_drawers(school)

    assert await tutor.call("board.reset") == {"seq": 1}
    assert (await student.next("board.reset"))["seq"] == 1
    assert await snapshots_of(school, lesson) == []


async def test_sent_snapshot_replaces_the_board(school: School) -> None:
    tutor, student, _ = await two_drawers(school)
    await tutor.draw(element("a", 3, x=1), element("b", 1), element("c", 1))
    copy = Copy()
    copy.take(await student.next("board.patch"))
    newer, older = element("b", 7, x=2), element("a", 2, x=9, note="mine")

    ack = await tutor.call("board.snapshot.send", elements=[newer, older])
    event = await student.next("board.snapshot.send")
    copy.take(event)

    assert ack == {"seq": 2}
    assert event["payload"]["elements"] == [newer, {**older, "version": 4}]
    assert copy.live() == live((await tutor.state()).values())
    assert (await tutor.state())["c"] == gone("c", 2)
    assert await tutor.socket.quiet() == []


async def test_identical_elements_of_a_sent_snapshot_stay_as_they_are(
    school: School,
) -> None:
    tutor, student, _ = await two_drawers(school)
    await tutor.draw(element("a", 3, 5, x=1), element("b"))

    await tutor.call("board.snapshot.send", elements=[element("a", 3, 5, x=1)])
    event = await student.next("board.snapshot.send")

    assert event["payload"]["elements"] == [element("a", 3, 5, x=1)]
    assert await student.state() == {"a": element("a", 3, 5, x=1), "b": gone("b", 2)}


async def test_patches_resets_and_snapshots_at_once_end_alike(school: School) -> None:
    tutor, student, _ = await two_drawers(school)
    frames: list[Any] = []
    for number in range(30):
        drawn = [element("a", number + 1), element(f"{number}")]
        frames.append(("board.patch", {"elements": drawn}))
        if number % 7 == 3:
            frames.append(("board.reset", {}))
        if number % 7 == 5:
            frames.append(("board.snapshot.send", {"elements": drawn}))

    for type, payload in frames:
        await tutor.call(type, **payload)
    copy = Copy()
    for event in await student.socket.quiet():
        copy.take(event)

    assert copy.live() == live((await student.state()).values())
