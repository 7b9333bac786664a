"""What is kept of a board: across a restart, in snapshots, in the journal (2.5)."""

import itertools
import json
from datetime import timedelta

import pytest

from rtserver.access.actor import Actor
from rtserver.boards.changes import By
from rtserver.boards.elements import read_stored
from rtserver.boards.state import load
from rtserver.boards.verify import verify
from store import board_snapshots
from store.models import BoardEntry, BoardSnapshot, BoardSnapshotPart
from tests.app_fixtures import MakeSchool
from tests.drawing import drawer, element, live, two_drawers
from tests.fakes import FakeClock
from tests.flows.test_board_reset import snapshots_of
from tests.school import School, until

ODD = (
    '{"id":"a","version":1,"x":1.0,"y":1e-7,"z":-0.0,"w":1E5,"big":12345678901234567890,'
    '"customData":{"a":[1,{"b":null}],"__proto__":{}},"text":"\\u0491\\n \\/ ї"}'
)


async def restarted(make_school: MakeSchool, school: School) -> School:
    """Stop a server, and start another one over its database."""
    url = school.settings.database_url.reveal()
    await school.stop()
    return await make_school(url)


async def send_raw(socket, channel: str, *elements: str) -> None:
    patch = (
        '{"type":"board.patch","id":"raw","channel":"%s","payload":{"elements":[%s]}}'
    )
    await socket.send(patch % (channel, ",".join(elements)))
    await until(lambda: any(f.get("id") == "raw" for f in socket.received))


async def test_restart_keeps_everything_byte_for_byte(
    database_url: str, make_school: MakeSchool
) -> None:
    school = await make_school(database_url)
    tutor, _, lesson = await two_drawers(school)
    user = tutor.socket.welcome["user"]["id"]
    await tutor.draw(element("b"), element("c"))
    await send_raw(tutor.socket, tutor.channel, ODD)
    await tutor.draw(element("b", 2, isDeleted=True))
    before = await tutor.call("board.snapshot.request")

    again = await drawer(await restarted(make_school, school), user, lesson, since=2)
    replayed = await again.socket.quiet()
    after = await again.call("board.snapshot.request")

    assert (again.ack["seq"], again.ack["recovered"]) == (3, True)
    assert [event["seq"] for event in replayed] == [3]
    assert after["elements"] == before["elements"]
    assert ODD in str(again.socket.texts[-1])


async def test_journal_alone_restores_a_board_too(
    database_url: str, make_school: MakeSchool
) -> None:
    school = await make_school(database_url)
    tutor, _, lesson = await two_drawers(school)
    user = tutor.socket.welcome["user"]["id"]
    await send_raw(tutor.socket, tutor.channel, ODD)
    await tutor.draw(element("b"))
    before = await tutor.state()
    await school.stop()
    school = await make_school(database_url)
    await school.services.db.write(lambda tx: tx.write(BoardSnapshot.delete()))

    again = await drawer(school, user, lesson)

    assert await again.state() == before
    assert ODD in str(again.socket.texts[-1])


async def drawn_and_restarted(
    make_school: MakeSchool, url: str
) -> tuple[School, int, int]:
    """Have a tutor draw ``a``, and the server start anew; give tutor and lesson too."""
    school = await make_school(url)
    tutor, _, lesson = await two_drawers(school)
    await tutor.draw(element("a"))
    user: int = tutor.socket.welcome["user"]["id"]
    return await restarted(make_school, school), user, lesson


async def test_broken_snapshot_is_passed_over(
    database_url: str, make_school: MakeSchool
) -> None:
    school, user, lesson = await drawn_and_restarted(make_school, database_url)
    spoil = BoardSnapshotPart.update(data=b"spoilt")
    await school.services.db.write(lambda tx: tx.write(spoil))

    again = await drawer(school, user, lesson)

    assert (await again.state()).keys() == {"a"}
    (snapshot,) = await school.services.db.read(board_snapshots.of_lesson, lesson)
    assert snapshot.broken


async def test_a_board_that_is_lost_is_named_in_the_log(
    database_url: str, make_school: MakeSchool, caplog: pytest.LogCaptureFixture
) -> None:
    school, user, lesson = await drawn_and_restarted(make_school, database_url)
    for lost in (BoardSnapshot.update(broken=True), BoardEntry.delete()):
        await school.services.db.write(lambda tx, lost: tx.write(lost), lost)

    again = await drawer(school, user, lesson)
    refusal = await again.refused("board.snapshot.request")

    assert refusal["code"] == "internal"
    assert f"board {lesson} is damaged" in caplog.text


async def test_board_is_saved_when_the_last_subscriber_leaves(school: School) -> None:
    tutor, student, lesson = await two_drawers(school)
    await tutor.draw(element("a"))

    await student.socket.close()
    kept = await snapshots_of(school, lesson)
    await tutor.call("unsubscribe")
    saves = school.services.boards.snapshots
    await until(lambda: saves.unsaved() == 0)

    assert kept == []
    assert await snapshots_of(school, lesson) == [(1, "regular")]


async def test_board_is_saved_at_the_end(
    database_url: str, make_school: MakeSchool
) -> None:
    school = await make_school(database_url)
    tutor, _, lesson = await two_drawers(school)
    await tutor.draw(element("a"))
    await tutor.draw(element("b"))

    school = await restarted(make_school, school)

    assert await snapshots_of(school, lesson) == [(2, "regular")]


async def test_board_that_nobody_is_subscribed_to_is_saved_at_the_end_too(
    database_url: str, make_school: MakeSchool
) -> None:
    school = await make_school(database_url)
    tutor, student, lesson = await two_drawers(school)
    for each in (tutor, student):
        await each.call("unsubscribe")
    actor = Actor(tutor.socket.welcome["user"]["id"], "Olena", "tutor")
    by = By(actor, lesson, "c_gone", lambda _: None)
    await school.services.boards.service.patch(
        by, [[read_stored(b'{"id":"a","version":1}')]]
    )

    school = await restarted(make_school, school)

    assert await snapshots_of(school, lesson) == [(1, "regular")]


async def test_changing_board_is_saved_once_per_interval(
    make_school: MakeSchool,
) -> None:
    interval = {"boards_snapshot_interval": 0.4}
    school = await make_school(limits_commands_burst=100_000, **interval)
    tutor, _, lesson = await two_drawers(school)
    number = 0

    while len(await snapshots_of(school, lesson)) < 2 or number < 20:
        number += 1
        await tutor.draw(element("a", number))
    found = await school.services.db.read(board_snapshots.of_lesson, lesson)

    pauses = [
        newer.taken_at - older.taken_at for newer, older in itertools.pairwise(found)
    ]
    assert min(pauses) >= timedelta(seconds=0.4)


async def test_what_is_kept_agrees_with_itself(
    database_url: str, make_school: MakeSchool
) -> None:
    school = await make_school(
        database_url, boards_snapshot_interval=0.05, limits_commands_burst=100_000
    )
    tutor, student, lesson = await two_drawers(school)
    number = 0
    # The two newest regular snapshots are kept: until there are so many, however fast
    # the drawing is, and however late the saving.
    while number < 60 or await _regular(school, lesson) < 2:
        number += 1
        await tutor.draw(element(f"{number % 7}", number), element(f"{number}"))
        await student.draw(element(f"{number % 7}", number, 3))
        if number in (20, 40):
            await tutor.call("board.reset")
    state = await tutor.state()

    day = timedelta(days=30)
    verdict = await school.services.db.read(verify, lesson, day)
    loaded = await school.services.db.read(load, lesson)

    assert verdict.differences == ()
    assert verdict.snapshots == 4  # two of them of what the resets cleared
    assert live(state.values()) == live(map(json.loads, loaded.canvas.visible(0)))


async def test_what_is_older_than_journal_days_goes(
    database_url: str, make_school: MakeSchool
) -> None:
    clock = FakeClock()
    school = await make_school(database_url, clock=clock)
    tutor, _, lesson = await two_drawers(school)
    saves = school.services.boards.snapshots
    for number in range(1, 5):
        await tutor.draw(element("a", 10 * number))
        await tutor.call("board.reset" if number == 2 else "board.snapshot.request")
        clock.advance(60)
        await saves.sweep()
    clock.advance(31 * 86400)

    await school.services.boards.upkeep.pass_over()
    user = tutor.socket.welcome["user"]["id"]

    assert await snapshots_of(school, lesson) == [(5, "regular"), (4, "regular")]
    again = await drawer(school, user, lesson, since=3)
    assert again.ack["reason"] == "trimmed"


async def test_board_that_nobody_uses_leaves_the_memory(
    make_school: MakeSchool,
) -> None:
    clock = FakeClock()
    school = await make_school(clock=clock)
    tutor, _, lesson = await two_drawers(school)
    saves = school.services.boards.snapshots
    await tutor.draw(element("a"))
    await tutor.state()
    for socket in school.sockets:
        await socket.close()
    await until(lambda: saves.unsaved() == 0)
    user = tutor.socket.welcome["user"]["id"]
    held = _in_memory(school)

    clock.advance(61)
    await saves.sweep()

    assert (held, _in_memory(school)) == (1, 0)
    assert (await (await drawer(school, user, lesson)).state()).keys() == {"a"}


async def _regular(school: School, lesson: int) -> int:
    found = await snapshots_of(school, lesson)
    return sum(kind == "regular" for _, kind in found)


def _in_memory(school: School) -> int:
    page, _ = school.services.figures.metrics.page("")
    (line,) = [
        line
        for line in page.decode().splitlines()
        if line.startswith("rtserver_boards ")
    ]
    return int(float(line.split()[1]))
