"""``keep_days`` and ``mail_days``: what has been kept long enough goes."""

import os
from datetime import timedelta

import pytest

from rtserver.boards import state
from rtserver.delivery.replay import ReplayLimits
from rtserver.wiring.streams import Streams
from store import board_journal, board_snapshots, retention
from store.engine import open_engine
from store.transaction import Transaction
from tests.drawing import drawer, element
from tests.fakes import FakeClock
from tests.flows.test_chat import class_of
from tests.mail_school import with_own_mail
from tests.patience import PATIENCE
from tests.rtserver.privacy import traces
from tests.school import School

ALL = (
    "chat_keep_days",
    "boards_keep_days",
    "notifications_keep_days",
    "presence_attendance_days",
)
KEPT_DAYS = 10


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def school(io_loop, database_url, make_school, clock, tmp_path) -> School:
    """A running server that keeps all for ten days, once over each database."""
    days = {**dict.fromkeys(ALL, KEPT_DAYS), "notifications_mail_days": KEPT_DAYS}
    own = {"notifications_templates_dir": with_own_mail(tmp_path / "own")}
    started: School = io_loop.run_sync(
        lambda: make_school(database_url, clock=clock, **days, **own), timeout=PATIENCE
    )
    return started


def pass_by(clock, days=KEPT_DAYS + 1):
    """Let days go by; whoever was connected isn't any more."""
    clock.advance(timedelta(days=days).total_seconds())


async def later(school, clock, days=KEPT_DAYS + 1):
    """Let days go by, and prune."""
    pass_by(clock, days)
    await prune(school)


async def prune(school):
    await school.services.retention.prune()


async def read(school, query, *args, **kwargs):
    return await school.services.db.read(query, *args, **kwargs)


async def test_old_messages_become_tombstones_and_members_hear_of_it(school, clock):
    olena, taras, lesson = await class_of(school)
    old = [await school.say(olena, lesson, f"ancienttext {n}") for n in range(3)]
    pass_by(clock)
    young = await school.say(taras, lesson, "young text")
    socket = await school.chatting(taras)

    await prune(school)

    gone = [await socket.next("chat.message.deleted") for _ in old]
    assert [event["seq"] for event in gone] == [5, 6, 7]
    assert [event["payload"]["id"] for event in gone] == [one["id"] for one in old]
    url = f"/api/chat/history/?lesson_id={lesson}"
    history = (await school.http("GET", url, school.token(taras))).json
    assert [one["id"] for one in history["results"]] == [young["id"]]
    assert history["seq"] == 7
    database = school.settings.database_url.reveal()
    assert traces.in_rows(database, "ancienttext") == []


async def test_who_was_away_is_told_what_was_pruned(school, clock):
    olena, taras, lesson = await class_of(school)
    await school.say(olena, lesson, "ancient")
    await later(school, clock)

    socket = await school.connect(taras)
    ack = await socket.call("subscribe", f"chat:user:{taras}", since={str(lesson): 1})

    assert ack["recovered"] is True
    assert (await socket.next())["type"] == "chat.message.deleted"


async def test_a_resend_of_a_message_that_was_pruned_makes_no_new_one(school, clock):
    olena, _, lesson = await class_of(school)
    said = await school.say(olena, lesson, "old", client_id="mine")
    await later(school, clock)

    body = {"lesson_id": lesson, "text": "old", "client_id": "mine"}
    path, token = "/api/chat/messages/", school.token(olena)
    again = await school.http("POST", path, token, body)

    assert again.status == 200
    assert (again.json["id"], again.json["deleted"]) == (said["id"], True)


async def test_the_board_of_a_lesson_long_over_is_emptied(school, clock):
    olena, _, lesson = await class_of(school)
    board = await drawer(school, olena, lesson)
    await board.draw(element("a", text="ancientdrawing"))
    await board.call("board.reset")
    await board.draw(element("b", text="ancientdrawing"))
    pass_by(clock)
    board = await drawer(school, olena, lesson)

    await prune(school)

    assert (await board.next("board.reset"))["seq"] == 4
    assert await live(board) == set()
    rows = traces.in_rows(school.settings.database_url.reveal(), "ancientdrawing")
    assert rows == []
    # What was drawn before stays deleted, though somebody sends it again.
    kept = (await read(school, state.load, lesson)).canvas
    assert all(kept.get(id).deleted for id in ("a", "b"))
    assert (await board.draw(element("b")))["rejected"] == ["b"]


async def test_an_emptied_board_is_recovered_from_its_snapshot(school, clock):
    olena, _, lesson = await class_of(school)
    board = await drawer(school, olena, lesson)
    await board.draw(element("a"))
    await later(school, clock)

    again = await drawer(school, olena, lesson, since=0)

    assert (again.ack["recovered"], again.ack["reason"]) == (False, "trimmed")
    assert await live(again) == set()
    assert await read(school, retention.boards_left, 0, clock.now(), 10) == []


async def test_nobody_is_notified_of_a_board_that_was_emptied(school, clock):
    olena, taras, lesson = await class_of(school)
    board = await drawer(school, olena, lesson)
    await board.draw(element("a"))
    (told,) = await notified(school, taras, "board.activity")
    pass_by(clock)
    board = await drawer(school, olena, lesson)
    await prune(school)
    await board.next("board.reset")

    # What a person draws is told; by then the reset would have been, too.
    await board.draw(element("c"))
    (again,) = await notified(school, taras, "board.activity", after=told["seq"])
    assert again["seq"] == told["seq"] + 1
    assert again["data"]["by"]["id"] == olena


async def test_a_board_drawn_on_again_is_emptied_again(school, clock):
    olena, _, lesson = await class_of(school)
    board = await drawer(school, olena, lesson)
    await board.draw(element("a"))
    await later(school, clock)
    board = await drawer(school, olena, lesson)
    await board.draw(element("c"))

    await prune(school)

    assert (await board.next("board.reset"))["seq"] == 4
    entries = await read(school, board_journal.extent, lesson, 0, limit=9)
    assert entries.entries == 1
    (snapshot,) = await read(school, board_snapshots.of_lesson, lesson)
    assert (snapshot.seq, snapshot.elements) == (4, 0)


async def test_old_notifications_go_and_a_position_before_them_is_trimmed(
    school, clock
):
    olena, taras, lesson = await class_of(school)
    await school.say(olena, lesson, "old")
    await notified(school, taras, "chat.message")
    await later(school, clock)
    await tell(school, taras)
    await tell(school, taras)
    (newest, *_) = await notified(school, taras, "homework.graded", 2)

    old, near = await school.connect(taras), await school.connect(taras)
    channel = f"notifications:user:{taras}"
    trimmed = await old.call("subscribe", channel, since=0)
    recovered = await near.call("subscribe", channel, since=newest["seq"] - 1)

    assert (trimmed["recovered"], trimmed["reason"]) == (False, "trimmed")
    assert recovered["recovered"] is True
    assert (await near.next())["seq"] == newest["seq"]


async def test_a_hole_that_was_pruned_is_told_and_not_passed_over(school, clock):
    olena, taras, lesson = await class_of(school)
    await school.say(olena, lesson, "old")
    await notified(school, taras, "chat.message")
    await later(school, clock)

    streams = Streams(school.services.db, clock, ReplayLimits(1000, 1 << 20))
    gap = await streams.after(f"notifications:{taras}", 0)

    assert gap.events is None
    assert gap.head > 0


async def test_mails_that_ended_long_ago_go_from_table_and_folder(school, clock):
    _, taras, _ = await class_of(school)
    await tell(school, taras, event="report.ready")
    folder = school.settings.outbox_dir
    folder.mkdir(parents=True, exist_ok=True)
    ours = folder / "20261123-100000-0abc-1.eml"
    for file in (ours, folder / "letter.eml"):
        file.write_text("Subject: x\n\nx")
        os.utime(file, (0, 0))

    await later(school, clock)

    assert {file.name for file in folder.glob("*")} >= {"letter.eml"}
    assert not ours.exists()
    metrics = (await school.http("GET", "/metrics")).text
    assert 'rtserver_retention_deleted_total{kind="mail_files"}' in metrics


async def test_by_default_messages_and_boards_are_kept(database_url, make_school):
    clock = FakeClock()
    school = await make_school(database_url, clock=clock)
    olena, _, lesson = await class_of(school)
    await school.say(olena, lesson, "kept for ever")
    board = await drawer(school, olena, lesson)
    await board.draw(element("a"))

    await later(school, clock, days=3650)

    database = school.settings.database_url.reveal()
    assert traces.in_rows(database, "kept for ever")
    assert await live(await drawer(school, olena, lesson)) == {"a"}


async def test_one_process_prunes_at_a_time(postgres_url, make_school):
    school = await make_school(postgres_url)
    other = open_engine(postgres_url, pool_size=1)
    answers = []

    def both(tx):
        answers.append(retention.alone(tx))
        with other.connection_context(), other.atomic():
            answers.append(retention.alone(Transaction(other)))

    await school.services.db.write(both)

    assert answers == [True, False]
    other.close_all()


async def live(board):
    """Return the ids of what is on a board."""
    state = await board.state()
    return {id for id, one in state.items() if not one.get("isDeleted")}


async def tell(school, user_id, event="homework.graded"):
    body = {"event": event, "user_ids": [user_id], "data": {}}
    path = "/api/notifications/"
    reply = await school.http("POST", path, await school.admin(), body)
    assert reply.status == 202, reply.text


async def notified(school, user_id, event, count=1, *, after=0):
    """Wait until somebody was told of an event so often; give these, newest first.

    Those up to the seq ``after`` don't count.
    """
    socket = await school.connect(user_id)
    channel = f"notifications:user:{user_id}"
    await socket.call("subscribe", channel)
    while True:
        path = "/api/notifications/?limit=100"
        reply = await school.http("GET", path, school.token(user_id))
        new = [one for one in reply.json["results"] if one["seq"] > after]
        found = [one for one in new if one["event"] == event]
        if len(found) >= count:
            return found
        await socket.next(event)
