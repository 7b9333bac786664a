"""What a board was, and making it that again (contract 3.3)."""

from datetime import timedelta
from typing import Any

import pytest

from rtserver.accounts.api_keys import ApiKeys
from rtserver.boards.verify import verify
from store import board_marks
from tests.app_fixtures import MakeSchool
from tests.drawing import Copy, Drawer, drawer, element, live, two_drawers
from tests.flows.processes import Processes
from tests.school import Reply, School


def user(drawer: Drawer) -> int:
    id: int = drawer.socket.welcome["user"]["id"]
    return id


class Tutor:
    """A tutor who looks back at a board by HTTP."""

    def __init__(self, school: School, drawer: Drawer) -> None:
        self._school = school
        self._token = school.token(user(drawer))
        self.path = f"/api/boards/{drawer.channel.split(':')[2]}/"

    async def at(self, seq: Any) -> Reply:
        return await self._school.http("GET", f"{self.path}?at={seq}", self._token)

    async def history(self, query: str = "") -> Reply:
        path = f"{self.path}history/{query}"
        return await self._school.http("GET", path, self._token)

    async def restore(self, **body: Any) -> Reply:
        path = f"{self.path}restore/"
        return await self._school.http("POST", path, self._token, body)


async def drawn(school: School) -> tuple[Drawer, Drawer, Tutor]:
    """Have a board changed in every way: it stands at 4."""
    tutor, student, _ = await two_drawers(school)
    await student.draw(element("a", x=1), element("b"))
    await student.draw(element("a", 2, x=2))
    await tutor.call("board.reset")
    await tutor.call("board.snapshot.send", elements=[element("c")])
    await tutor.socket.quiet()
    await student.socket.quiet()
    return tutor, student, Tutor(school, tutor)


async def test_tutors_see_the_board_as_it_was_at_any_seq(school: School) -> None:
    _, _, back = await drawn(school)

    replies = [(await back.at(seq)).json for seq in range(5)]

    assert [reply["seq"] for reply in replies] == [0, 1, 2, 3, 4]
    assert replies[0].keys() == {"seq", "epoch", "elements", "taken_at"}
    assert [live(reply["elements"]) for reply in replies] == [
        {},
        {"a": element("a", x=1), "b": element("b")},
        {"a": element("a", 2, x=2), "b": element("b")},
        {},
        {"c": element("c")},
    ]


@pytest.mark.parametrize(
    ("at", "status"),
    [(5, 404), (2**53 - 1, 404), (2**53, 400), (-1, 400), ("x", 400), ("", 400)],
)
async def test_a_moment_that_isnt_there_is_404_and_nonsense_400(
    sqlite_school: School, at: Any, status: int
) -> None:
    _, _, back = await drawn(sqlite_school)

    assert (await back.at(at)).status == status


async def test_the_history_lists_each_step_newest_first(school: School) -> None:
    tutor, student, back = await drawn(school)
    await back.restore(seq=1)

    first = (await back.history("?limit=3")).json
    rest = (await back.history(f"?limit=3&cursor={first['next']}")).json
    steps = first["results"] + rest["results"]

    assert [
        (step["seq"], step["kind"], step["user_id"], step["elements"]) for step in steps
    ] == [
        (5, "restore", user(tutor), 2),
        (4, "replace", user(tutor), 1),
        (3, "reset", user(tutor), 2),
        (2, "patch", user(student), 1),
        (1, "patch", user(student), 2),
    ]
    assert steps[0].keys() == {"seq", "at", "user_id", "kind", "elements"}
    assert steps[0]["at"].endswith("Z")
    assert rest["next"] is None


async def test_history_is_for_the_lessons_tutors(school: School) -> None:
    tutor, student, lesson = await two_drawers(school)
    stranger, keys = (
        await school.person("Ivan"),
        ApiKeys(school.services.db, school.services.clock),
    )
    _, key = await keys.add("platform")
    path = f"/api/boards/{lesson}/"

    for token, status in (
        (school.token(user(student)), 403),
        (await school.admin(), 403),
        (school.token(stranger), 404),
        (school.token(user(tutor)), 200),
    ):
        for look in ("history/", "?at=0"):
            assert (await school.http("GET", path + look, token)).status == status
        reply = await school.http("POST", f"{path}restore/", token, {"seq": 0})
        assert reply.status == status
    headers = {"Authorization": f"Api-Key {key}"}
    for look in ("history/", "?at=0"):
        reply = await school.http("GET", path + look, headers=headers)
        assert reply.status == 403


async def test_a_restored_board_is_told_to_all_and_the_asker_too(
    school: School,
) -> None:
    tutor, student, back = await drawn(school)
    copies = {tutor: Copy(), student: Copy()}

    restored = await back.restore(seq=2)
    told = [await each.next("board.snapshot.send") for each in copies]
    state = await student.state()

    assert (restored.status, restored.json) == (200, {"seq": 5})
    assert [event["seq"] for event in told] == [5, 5]
    assert told[0]["payload"]["user_id"] == user(tutor)
    assert {
        id: each["x"] for id, each in live(state.values()).items() if "x" in each
    } == {"a": 2}
    assert live(state.values()).keys() == {"a", "b"}
    for event, copy in zip(told, copies.values(), strict=True):
        copy.take(event)
        assert copy.live() == live(state.values())
    assert all(each["version"] > 2 for each in live(state.values()).values())


async def test_what_was_restored_can_be_drawn_on_and_restored_again(
    school: School,
) -> None:
    _, student, back = await drawn(school)
    await back.restore(seq=1)
    await student.draw(element("a", 100, x=9))

    empty = await back.restore(seq=0)
    again = await back.restore(seq=6)
    state = live((await student.state()).values())

    assert (empty.json, again.json) == ({"seq": 7}, {"seq": 8})
    assert {id: each.get("x") for id, each in state.items()} == {"a": 9, "b": None}


async def test_a_board_that_has_moved_on_isnt_restored(school: School) -> None:
    _, student, back = await drawn(school)

    stale = await back.restore(seq=1, if_seq=3)
    missing = await back.restore(seq=9)
    good = await back.restore(seq=1, if_seq=4)

    assert (stale.status, stale.json["code"]) == (409, "conflict")
    assert (missing.status, missing.json["code"]) == (404, "not_found")
    assert good.json == {"seq": 5}
    assert await student.next("board.snapshot.send")


@pytest.mark.parametrize("body", [{}, {"seq": -1}, {"seq": "1"}, {"seq": 1, "x": 1}])
async def test_a_bad_wish_to_restore_is_422(
    sqlite_school: School, body: dict[str, Any]
) -> None:
    _, _, back = await drawn(sqlite_school)

    assert (await back.restore(**body)).status == 422


async def test_a_cancelled_lessons_board_is_looked_at_and_not_restored(
    make_school: MakeSchool,
) -> None:
    school = await make_school()
    _, _, back = await drawn(school)
    path = back.path.replace("boards", "lessons")
    assert (await school.http("DELETE", path, await school.admin())).status == 204

    assert (await back.restore(seq=1)).status == 409
    assert (await back.history()).status == (await back.at(1)).status == 200


async def test_a_restored_board_too_long_for_a_frame_is_loaded_anew(
    make_school: MakeSchool, database_url: str
) -> None:
    school = await make_school(database_url, limits_message_bytes=4096)
    tutor, student, lesson = await two_drawers(school)
    for number in range(3):
        await tutor.draw(element(f"{number}", text="x" * 2000))
    await tutor.call("board.reset")
    await student.socket.quiet()

    await Tutor(school, tutor).restore(seq=3)
    told = [await each.next("resync") for each in (tutor, student)]
    late = await drawer(school, user(student), lesson, since=4)
    within = await drawer(school, user(student), lesson, since=5)
    await tutor.draw(element("new"))

    assert told == [{"type": "resync", "channel": tutor.channel}] * 2
    assert (late.ack["recovered"], late.ack["reason"]) == (False, "too_many")
    assert within.ack["recovered"] is True
    assert (await student.next("board.patch"))["seq"] == 6
    assert live((await late.state()).values()).keys() == {"0", "1", "2", "new"}


async def test_what_was_restored_is_replayed_where_it_fits(school: School) -> None:
    _, student, back = await drawn(school)
    await back.restore(seq=1)
    await student.socket.quiet()

    await student.subscribe(since=4)
    (event,) = await student.socket.quiet()

    assert (event["type"], event["seq"]) == ("board.snapshot.send", 5)
    assert {each["id"] for each in event["payload"]["elements"]} == {"a", "b"}


async def test_old_steps_become_one_beside_the_running_server(
    make_school: MakeSchool, database_url: str
) -> None:
    school = await make_school(
        database_url, boards_snapshot_interval=0.05, boards_full_seconds=0
    )
    tutor, student, lesson = await two_drawers(school)
    number = 0
    while not (marks := await school.services.db.read(board_marks.get, lesson)).merged:
        number += 1
        await tutor.draw(element("s", number, points=[[n, n] for n in range(number)]))
    steps = (await Tutor(school, tutor).history("?limit=100")).json["results"]
    state = await tutor.state()

    await student.subscribe(since=marks.merged - 1)
    trimmed = student.ack
    await student.subscribe(since=number)

    assert (trimmed["recovered"], trimmed["reason"]) == (False, "trimmed")
    assert student.ack["recovered"] is True
    assert len(steps) < number
    assert steps[0]["seq"] == number and {step["elements"] for step in steps} == {1}
    assert state["s"]["version"] == number
    verdict = await school.services.db.read(verify, lesson, timedelta(days=30))
    assert verdict.differences == ()


async def test_a_restored_board_reaches_other_processes(processes: Processes) -> None:
    one, two = await processes.start(2)
    olena, taras, lesson = await processes.lesson()
    here, there = await drawer(one, olena, lesson), await drawer(two, taras, lesson)
    await here.draw(element("a"))
    await there.next("board.patch")
    await there.draw(element("a", 2, x=2))
    await here.next("board.patch")

    assert (await Tutor(one, here).restore(seq=1)).json == {"seq": 3}
    event = await there.next("board.snapshot.send")

    assert event["payload"]["elements"] == [element("a", 3)]
    assert await there.state() == await here.state() == {"a": element("a", 3)}
