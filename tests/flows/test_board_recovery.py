"""Coming back to a board: replay, snapshots and their place (contract 2.4 and 2.5)."""

import asyncio
from typing import Any

import pytest

from store import board_marks
from tests.app_fixtures import MakeSchool
from tests.drawing import Copy, Drawer, drawer, element, gone, live, two_drawers
from tests.school import School


async def away(school: School, drawer: Drawer) -> Drawer:
    """Close a drawer's socket, and connect again without subscribing."""
    await drawer.socket.close()
    user = drawer.socket.welcome["user"]["id"]
    return Drawer(await school.connect(user), int(drawer.channel.split(":")[2]))


async def events_of(drawer: Drawer) -> list[tuple[int, str]]:
    return [(e.get("seq"), e["type"]) for e in await drawer.socket.quiet()]


async def test_ack_names_the_position_the_epoch_and_ones_own_right(
    school: School,
) -> None:
    tutor, _, lesson = await two_drawers(school)
    await tutor.draw(element("a"))

    again = await tutor.subscribe()

    assert again.ack == {
        "channel": f"board:lesson:{lesson}",
        "seq": 1,
        "epoch": again.ack["epoch"],
        "board": "draw",
    }
    assert again.ack["epoch"]


async def test_every_event_that_was_missed_follows_the_ack(school: School) -> None:
    tutor, student, _ = await two_drawers(school)
    await tutor.draw(element("a", color="red"))
    student = await away(school, student)
    await tutor.draw(element("b"))
    await tutor.call("board.reset")
    await tutor.call("board.snapshot.send", elements=[element("c")])
    await tutor.draw(element("d"))

    await student.subscribe(since=1)
    replayed = await student.socket.quiet()
    await tutor.draw(element("e"))

    assert (student.ack["seq"], student.ack["recovered"]) == (5, True)
    assert [(event["seq"], event["type"]) for event in replayed] == [
        (2, "board.patch"),
        (3, "board.reset"),
        (4, "board.snapshot.send"),
        (5, "board.patch"),
    ]
    assert replayed[1]["payload"].keys() == {"user_id"}
    assert replayed[2]["payload"]["elements"] == [element("c")]
    assert await events_of(student) == [(6, "board.patch")]


async def test_replay_gives_ones_own_changes_too(school: School) -> None:
    tutor, _, _ = await two_drawers(school)
    await tutor.draw(element("a"))
    tutor = await away(school, tutor)

    await tutor.subscribe(since=0)

    assert await events_of(tutor) == [(1, "board.patch")]


async def test_a_stroke_that_was_missed_comes_once(school: School) -> None:
    tutor, student, _ = await two_drawers(school)
    student = await away(school, student)
    points = [[n, n] for n in range(200)]
    for n in range(1, 201):
        await tutor.draw(element("s", n, points=points[:n]))
    await tutor.draw(element("t"))

    await student.subscribe(since=0)
    stroke, last = await student.socket.quiet()

    assert student.ack["recovered"] is True
    assert (stroke["seq"], last["seq"]) == (200, 201)
    assert stroke["payload"]["elements"] == [element("s", 200, points=points)]


async def test_nothing_missed_is_recovered_too(school: School) -> None:
    tutor, _, _ = await two_drawers(school)
    await tutor.draw(element("a"))

    await tutor.subscribe(since=1)

    assert tutor.ack["recovered"] is True
    assert await events_of(tutor) == []


@pytest.mark.parametrize(
    ("since", "more", "reason"),
    [(99, {}, "ahead"), (0, {"epoch": "elsewhere"}, "epoch"), (0, {}, "too_many")],
)
async def test_what_cant_be_recovered_says_why(
    make_school: MakeSchool, since: int, more: dict[str, Any], reason: str
) -> None:
    school = await make_school(limits_replay=2)
    tutor, _, _ = await two_drawers(school)
    for number in range(3):
        await tutor.draw(element(f"{number}"))

    await tutor.subscribe(since=since, **more)

    assert (tutor.ack["recovered"], tutor.ack["reason"]) == (False, reason)
    assert tutor.ack["seq"] == 3
    assert await events_of(tutor) == []


async def test_replay_over_its_bytes_is_too_many(make_school: MakeSchool) -> None:
    school = await make_school(limits_replay_bytes=1000)
    tutor, _, _ = await two_drawers(school)
    await tutor.draw(element("a", text="x" * 1000))

    await tutor.subscribe(since=0)

    assert tutor.ack["reason"] == "too_many"


async def test_position_before_the_kept_journal_is_trimmed(school: School) -> None:
    tutor, _, lesson = await two_drawers(school)
    for number in range(3):
        await tutor.draw(element(f"{number}"))
    await school.services.db.write(board_marks.set_pruned, lesson, 2, lessons=[lesson])

    await tutor.subscribe(since=1)
    trimmed = tutor.ack
    await tutor.subscribe(since=2)

    assert (trimmed["recovered"], trimmed["reason"]) == (False, "trimmed")
    assert tutor.ack["recovered"] is True


@pytest.mark.parametrize("since", ["1", None, [], {}, -1, True, 1.5, 2**53])
async def test_unreadable_since_is_refused_and_changes_nothing(
    sqlite_school: School, since: Any
) -> None:
    tutor, student, _ = await two_drawers(sqlite_school)

    error = await student.refused("subscribe", since=since)
    await tutor.draw(element("a"))

    assert error["code"] == "bad_request"
    assert error["errors"][0]["path"] == "payload.since"
    assert await events_of(student) == [(1, "board.patch")]


async def test_snapshot_has_live_elements_and_young_tombstones(
    school: School,
) -> None:
    tutor, _, _ = await two_drawers(school)
    await tutor.draw(element("a", x=1), element("b"))
    await tutor.draw(element("b", 2, isDeleted=True, text="secret"))

    snapshot = await tutor.call("board.snapshot.request")

    assert snapshot["seq"] == 2
    assert snapshot["epoch"] == tutor.ack["epoch"]
    assert snapshot["elements"] == [element("a", x=1), gone("b", 2)]
    assert snapshot["taken_at"].endswith("Z")


async def test_snapshot_stands_between_the_events_around_its_seq(
    school: School,
) -> None:
    tutor, student, _ = await two_drawers(school)
    stop = asyncio.Event()

    async def draw() -> None:
        number = 0
        while not stop.is_set():
            await tutor.draw(element(f"{number}"))
            number += 1

    drawing = asyncio.create_task(draw())
    snapshots = [await student.call("board.snapshot.request")]
    while len(snapshots) < 20 or snapshots[-1]["seq"] == snapshots[0]["seq"]:
        snapshots.append(await student.call("board.snapshot.request"))
    stop.set()
    await drawing
    await student.socket.quiet()

    seen = 0
    for frame in student.socket.received:
        if frame["type"] == "board.patch":
            seen += 1
            assert frame["seq"] == seen
        elif "elements" in frame["payload"]:
            assert frame["payload"]["seq"] == seen


async def test_snapshot_and_later_events_give_the_board(school: School) -> None:
    tutor, student, lesson = await two_drawers(school)
    drawing = asyncio.gather(
        *(tutor.draw(element(f"{n % 9}", n)) for n in range(1, 100))
    )
    late = await drawer(school, student.socket.welcome["user"]["id"], lesson)
    copy = Copy()

    snapshot = await late.call("board.snapshot.request")
    copy.merge(snapshot["elements"])
    await drawing
    for event in await late.socket.quiet():
        copy.take(event)

    assert copy.live() == live((await tutor.state()).values())


async def test_empty_board_is_at_zero(school: School) -> None:
    tutor, _, lesson = await two_drawers(school)
    user = tutor.socket.welcome["user"]["id"]

    reply = await school.http("GET", f"/api/boards/{lesson}/", school.token(user))
    snapshot = await tutor.call("board.snapshot.request")

    assert (reply.json["seq"], reply.json["elements"]) == (0, [])
    assert (snapshot["seq"], snapshot["elements"], tutor.ack["seq"]) == (0, [], 0)


async def test_large_board_comes_whole(sqlite_school: School) -> None:
    tutor, _, lesson = await two_drawers(sqlite_school)
    elements = [element(f"{n}", text="x" * 3000) for n in range(300)]
    for start in range(0, 300, 50):
        await tutor.draw(*elements[start : start + 50])
    user = tutor.socket.welcome["user"]["id"]

    snapshot = await tutor.call("board.snapshot.request")
    path = f"/api/boards/{lesson}/"
    reply = await sqlite_school.http("GET", path, sqlite_school.token(user))

    assert snapshot["elements"] == elements
    assert reply.json["elements"] == elements
