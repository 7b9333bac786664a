"""Patches that wait together share a commit, and are answered as if each came alone."""

import asyncio
import json
from typing import Any

from handlers.command import Command
from handlers.command_queue import CommandQueue, Received
from handlers.patch_run import MAX_PATCHES, PatchRun
from handlers.payloads import BoardElements
from rtserver.errors import to_error
from rtserver.input import decode
from store.transaction import Transaction
from tests.app_fixtures import MakeSchool
from tests.drawing import Drawer, element, two_drawers
from tests.held_writer import HeldWriter
from tests.school import School


def patch(*elements: Any) -> dict[str, Any]:
    return {"elements": list(elements)}


def short(answers: list[dict[str, Any]]) -> list[Any]:
    """Return the seq of each ack, the code of each error."""
    return [
        each["payload"].get("seq") if each["type"] == "ack" else each["payload"]["code"]
        for each in answers
    ]


async def seqs(drawer: Drawer) -> list[int]:
    """Return the seqs of the patches that came."""
    return [
        each["seq"]
        for each in await drawer.socket.quiet()
        if each["type"] == "board.patch"
    ]


def user_of(drawer: Drawer) -> int:
    return int(drawer.socket.welcome["user"]["id"])


async def removed(school: School, drawer: Drawer) -> None:
    user = user_of(drawer)
    path = f"/api/lessons/{drawer.channel.split(':')[2]}/members/{user}/"
    assert (await school.http("DELETE", path, await school.admin())).status == 204


def run_of(school: School, drawer: Drawer, *payloads: Any) -> PatchRun:
    """Return a run of patches of which none is decided yet."""
    frames = [
        {"type": "board.patch", "channel": drawer.channel, "id": f"p{n}", "payload": p}
        for n, p in enumerate(payloads)
    ]
    queue, (first, *others) = CommandQueue(), [json.dumps(each) for each in frames]
    for frame in others:
        queue.push(Received(frame.encode(), 0.0, 0.0))
    [session] = school.services.sessions.live.of_user(user_of(drawer))
    envelope = decode.read_envelope(first.encode())
    payload = decode.decode_part(envelope.payload, BoardElements, prefix="payload")
    run = PatchRun(Command(school.services, session, envelope, payload))
    run.take_along(queue)
    return run


async def test_many_patches_of_one_connection_take_few_commits(school: School) -> None:
    tutor, student, _ = await two_drawers(school)
    writer, count = await HeldWriter(school).hold(), 60

    await writer.send(student, *(patch(element(f"{n}")) for n in range(count)))
    answers = await writer.release(student)

    assert short(answers) == list(range(1, count + 1))
    assert await seqs(tutor) == list(range(1, count + 1))
    # Those of the first read, then the others.
    assert len(writer.commits) <= 3
    assert max(writer.commits) <= MAX_PATCHES


async def test_each_of_a_run_has_its_own_outcome_in_its_place(school: School) -> None:
    tutor, student, _ = await two_drawers(school)
    await tutor.draw(element("t", 5))
    writer = await HeldWriter(school).hold()

    await writer.send(
        student,
        patch(element("a", text="one")),
        patch(element("a", text="one")),  # a repeat, byte for byte
        patch(element("b", x=1)),
        {"elements": [{"b": 1, **element("b", x=1)}]},  # to be compared: other content
        patch(
            {"x": 1.0, **element("b")}
        ),  # to be compared: the same, written otherwise
        patch(element("c"), element("t", 2)),
        patch({"id": "d"}),
        patch(element("e")),
        {"elements": 7},
        patch(element("t", 1)),
    )
    answers = await writer.release(student)

    places = [2, None, 3, None, None, 4, "bad_request", 5, "bad_request", None]
    assert short(answers) == places
    acks = [each["payload"] for each in answers]
    assert [acks[n]["accepted"] for n in (1, 3, 4, 5)] == [["a"], [], ["b"], ["c"]]
    assert [acks[n]["rejected"] for n in (3, 5, 9)] == [["b"], ["t"], ["t"]]
    assert acks[9]["current"] == [element("t", 5)]
    assert await seqs(tutor) == [2, 3, 4, 5]
    assert await student.state() == await tutor.state()


async def test_whoever_is_removed_meanwhile_changes_nothing_more(
    school: School,
) -> None:
    tutor, student, _ = await two_drawers(school)
    writer = await HeldWriter(school).hold()

    await writer.send(student, patch(element("a")))
    await writer.waiting(1)
    removal = asyncio.create_task(removed(school, student))
    await writer.waiting(2)
    await writer.send(student, *(patch(element(f"{n}")) for n in range(20)))
    first, *others = short(await writer.release(student))
    await removal

    assert (first, len(others)) == (1, 20)
    assert set(others) <= {"forbidden", "not_subscribed"}
    assert (await tutor.state()).keys() == {"a"}


async def test_run_that_comes_behind_a_removal_is_refused_whole(
    school: School,
) -> None:
    tutor, student, _ = await two_drawers(school)
    writer = await HeldWriter(school).hold()

    removal = asyncio.create_task(removed(school, student))
    await writer.waiting(1)
    await writer.send(student, *(patch(element(f"{n}")) for n in range(5)))
    answers = await writer.release(student)
    await removal

    assert set(short(answers)) <= {"forbidden", "not_subscribed"}
    assert await tutor.state() == {}


async def test_who_may_draw_again_has_to_subscribe_again_first(
    sqlite_school: School,
) -> None:
    tutor, student, lesson = await two_drawers(sqlite_school)
    run = run_of(sqlite_school, student, patch(element("a")), patch(element("b")))
    user = user_of(student)
    admin, members = await sqlite_school.admin(), f"/api/lessons/{lesson}/members/"
    again = {"user_id": user, "role": "student", "state": "accepted"}

    await removed(sqlite_school, student)
    await student.socket.next("unsubscribed")
    back = await sqlite_school.http("POST", members, admin, again)
    refused: list[Any] = []
    await run.decide(lambda error, id, _: refused.append((id, to_error(error).code)))

    assert back.status == 201
    # The right to draw is there: it isn't that which is missing.
    assert refused == [("p0", "not_subscribed"), ("p1", "not_subscribed")]
    assert await tutor.state() == {}


async def test_board_that_is_full_refuses_the_one_that_it_has_no_room_for(
    make_school: MakeSchool,
) -> None:
    school = await make_school(boards_max_elements=2)
    tutor, student, _ = await two_drawers(school)
    writer = await HeldWriter(school).hold()

    await writer.send(
        student,
        patch(element("a")),
        patch(element("b"), element("c")),
        patch(element("b")),
        patch(element("c")),
    )
    answers = await writer.release(student)

    assert short(answers) == [1, "limit_exceeded", 2, "limit_exceeded"]
    assert await seqs(tutor) == [1, 2]


async def test_patches_over_the_rate_are_refused_in_their_place(
    make_school: MakeSchool,
) -> None:
    school = await make_school(
        limits_commands_per_second=0.001, limits_commands_burst=6
    )
    tutor, student, _ = await two_drawers(school)  # who has subscribed: five are left
    writer = await HeldWriter(school).hold()

    await writer.send(student, *(patch(element(f"{n}")) for n in range(8)))
    answers = await writer.release(student)

    assert short(answers) == [1, 2, 3, 4, 5, *["rate_limited"] * 3]
    assert (await tutor.state()).keys() == set("01234")


async def test_acks_that_are_long_come_one_at_a_time(sqlite_school: School) -> None:
    tutor, student, _ = await two_drawers(sqlite_school)
    large = [element(f"{n}", 9, text="x" * 120_000) for n in range(8)]
    for one, two in zip(large[::2], large[1::2], strict=True):
        await tutor.draw(one, two)
    losing = patch(*(element(f"{n}") for n in range(8)))
    writer = await HeldWriter(sqlite_school).hold()

    await writer.send(student, *[losing] * 12)
    answers = await writer.release(student)

    # Together they are ten times what a connection may have waiting.
    assert [each["payload"]["current"] for each in answers] == [large] * 12


NO_TWINS = (
    """CREATE TRIGGER no_twins BEFORE INSERT ON board_journal
    WHEN NEW.element_count = 2 BEGIN SELECT RAISE(ABORT, 'twins'); END""",
    """CREATE FUNCTION no_twins() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE 'twins'; END $$;
    CREATE TRIGGER no_twins BEFORE INSERT ON board_journal FOR EACH ROW
    WHEN (NEW.element_count = 2) EXECUTE FUNCTION no_twins()""",
)


def refuse_twins(tx: Transaction) -> str:
    """Have the database refuse a patch of two elements; return as what it is told."""
    tx.engine.execute_sql(NO_TWINS[tx.is_postgres])
    # SQLite knows no other error of a trigger than that of a constraint.
    return "internal" if tx.is_postgres else "conflict"


async def test_patch_that_fails_unexpectedly_fails_alone(school: School) -> None:
    tutor, student, _ = await two_drawers(school)
    code = await school.services.db.write(refuse_twins)
    writer = await HeldWriter(school).hold()
    a, b, c, d, e = map(element, "abcde")

    await writer.send(student, patch(a), patch(b, c), patch(d), patch(e))
    answers = await writer.release(student)

    assert short(answers) == [1, code, 2, 3]
    assert await seqs(tutor) == [1, 2, 3]


async def test_other_commands_between_patches_keep_their_place(
    sqlite_school: School,
) -> None:
    tutor, student, _ = await two_drawers(sqlite_school)
    writer = await HeldWriter(sqlite_school).hold()

    await writer.send(tutor, patch(element("a")), patch(element("b")))
    await writer.send(tutor, {}, type="board.reset")
    await writer.send(tutor, patch(element("c")), patch(element("d")))
    await writer.send(tutor, {}, type="board.snapshot.request")
    await writer.send(tutor, patch(element("e")))
    answers = await writer.release(tutor)

    assert short(answers) == [1, 2, 3, 4, 5, 5, 6]
    shown = answers[5]["payload"]["elements"]
    assert {each["id"] for each in shown if "isDeleted" not in each} == {"c", "d"}
    assert [event["seq"] for event in await student.socket.quiet()] == [*range(1, 7)]
