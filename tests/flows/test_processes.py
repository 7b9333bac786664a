"""Several processes on one PostgreSQL and one Redis are as one server."""

import asyncio
from typing import Any

import pytest

from store.exclusive import AlreadyServed
from tests.app_fixtures import MakeSchool
from tests.docs_examples import code, page, section
from tests.flows.processes import Processes, numbers
from tests.school import School, settings_for, until


async def test_messages_cross_over_in_one_order(processes: Processes) -> None:
    one, two = await processes.start(2)
    olena, taras, lesson = await processes.lesson()
    sockets = [await one.chatting(olena), await two.chatting(taras)]

    await asyncio.gather(
        *(
            (one, two)[n % 2].say((olena, taras)[n % 2], lesson, f"{n}")
            for n in range(40)
        )
    )
    heard = [[await s.next("chat.message.new") for _ in range(40)] for s in sockets]

    for events in heard:
        assert [event["seq"] for event in events] == list(range(1, 41))
    assert numbers(heard[0]) == numbers(heard[1])


async def test_edits_typing_and_read_marks_cross_over(processes: Processes) -> None:
    one, two = await processes.start(2)
    olena, taras, lesson = await processes.lesson()
    here, there = await one.chatting(olena), await two.chatting(taras)
    await processes.settled(f"chat:{lesson}")
    message = await one.say(olena, lesson, "helo")
    await there.next("chat.message.new")

    path = f"/api/chat/messages/{message['id']}/"
    await two.http("PATCH", path, two.token(olena), {"text": "hello"})
    edited = await here.next("chat.message.edited")
    await here.call("chat.typing", lesson_id=lesson)
    typing = await there.next("chat.typing")
    await there.call("chat.read", lesson_id=lesson, seq=2)
    read = await here.next("chat.read")

    assert edited["payload"]["text"] == "hello"
    assert typing["payload"] == {"lesson_id": lesson, "user_id": olena}
    assert read["payload"] == {"lesson_id": lesson, "user_id": taras, "seq": 2}


async def test_boards_cross_over_and_cursors_with_them(processes: Processes) -> None:
    one, two = await processes.start(2)
    olena, taras, lesson = await processes.lesson()
    board = f"board:lesson:{lesson}"
    here, there = await one.connect(olena), await two.connect(taras)
    for socket in (here, there):
        await socket.call("subscribe", board)
    await processes.settled(f"board:{lesson}")

    await here.call("board.patch", board, elements=[{"id": "a", "version": 1}])
    first = await there.next("board.patch")
    await there.call("board.patch", board, elements=[{"id": "b", "version": 1}])
    second = await here.next("board.patch")
    await here.call("board.cursor.move", board, x=1, y=2)
    cursor = await there.next("board.cursor.move")

    assert [first["seq"], second["seq"]] == [1, 2]
    assert cursor["payload"] == {"user_id": olena, "x": 1, "y": 2}


async def test_recovery_works_on_another_process_than_before(
    processes: Processes,
) -> None:
    one, two = await processes.start(2)
    olena, taras, lesson = await processes.lesson()
    before = await one.chatting(taras)
    await one.say(olena, lesson, "first")
    await before.next("chat.message.new")
    await before.close()
    for text in ("second", "third"):
        await one.say(olena, lesson, text)

    after = await two.connect(taras)
    channel = f"chat:user:{taras}"
    ack = await after.call("subscribe", channel, since={str(lesson): 1})
    missed = [await after.next("chat.message.new") for _ in range(2)]

    assert (ack["recovered"], ack["positions"]) == (True, {str(lesson): 3})
    assert [event["seq"] for event in missed] == [2, 3]


async def test_new_member_elsewhere_hears_the_lesson_from_then_on(
    processes: Processes,
) -> None:
    one, two = await processes.start(2)
    olena, _, lesson = await processes.lesson()
    ira = await one.person("Ira")
    socket = await two.chatting(ira)

    body = {"user_id": ira, "role": "student", "state": "accepted"}
    path = f"/api/lessons/{lesson}/members/"
    await one.http("POST", path, await one.admin(), body)
    joined = await socket.next("chat.joined")
    await one.say(olena, lesson, "welcome")
    message = await socket.next("chat.message.new")

    assert joined["payload"]["user_id"] == ira
    assert message["payload"]["text"] == "welcome"


async def test_deactivated_user_is_closed_on_every_process(
    processes: Processes,
) -> None:
    schools = await processes.start(3)
    taras = await schools[0].person("Taras")
    sockets = [await school.connect(taras) for school in schools]

    path = f"/api/users/{taras}/"
    admin = await schools[0].admin()
    await schools[0].http("PATCH", path, admin, {"is_active": False})
    codes = [await socket.closed() for socket in sockets]

    assert codes == [4501, 4501, 4501]


async def test_removed_member_loses_the_board_on_another_process(
    processes: Processes,
) -> None:
    one, two = await processes.start(2)
    _, taras, lesson = await processes.lesson()
    socket = await two.connect(taras)
    await socket.call("subscribe", f"board:lesson:{lesson}")

    path = f"/api/lessons/{lesson}/members/{taras}/"
    await one.http("DELETE", path, await one.admin())
    gone = await socket.next("unsubscribed")

    assert gone["payload"]["reason"] == "removed"


async def test_presence_is_one_over_all_processes(processes: Processes) -> None:
    schools = await processes.start(3)
    olena, taras = [await schools[0].person(name) for name in ("Olena", "Taras")]
    watchers = [await processes.watching(school, olena) for school in schools]

    sockets = [await school.connect(taras) for school in schools]
    came = [await watcher.next("user.online") for watcher in watchers]
    for socket in sockets:
        await socket.close()
    gone = [await watcher.next("user.offline") for watcher in watchers]

    assert {event["payload"]["user_id"] for event in came + gone} == {taras}
    assert len({event["payload"]["at"] for event in came}) == 1
    for watcher in watchers:
        assert await watcher.quiet() == []


async def test_lesson_cancelled_on_one_process_regroups_on_the_others(
    processes: Processes,
) -> None:
    one, two = await processes.start(2, presence_visibility="lessons")
    olena, _, lesson = await processes.lesson()
    watcher = await processes.watching(two, olena)

    await one.http("DELETE", f"/api/lessons/{lesson}/", await one.admin())

    assert await watcher.next("resync") == {"type": "resync", "channel": "status:users"}


async def test_moving_to_another_process_does_not_flap(processes: Processes) -> None:
    one, two = await processes.start(2, presence_leave_grace=0.5)
    olena, taras = [await one.person(name) for name in ("Olena", "Taras")]
    watcher = await processes.watching(one, olena)
    page = await one.connect(taras)
    await watcher.next("user.online")

    await page.close()
    await two.connect(taras)
    other = await two.connect(await one.person("Ira"))
    came = await watcher.next()
    await other.close()

    told = [came, await watcher.next()]
    assert taras not in [event["payload"]["user_id"] for event in told]


async def test_status_over_http_is_the_same_everywhere(processes: Processes) -> None:
    one, two = await processes.start(2)
    taras = await one.person("Taras")
    await one.connect(taras)
    await until(lambda: taras in two.services.presence.register.everyone())

    path = f"/api/users/online-status/?ids={taras}"
    reply = await two.http("GET", path, two.token(taras))

    assert reply.json["online_ids"] == [taras]


async def test_only_what_is_held_is_followed(processes: Processes) -> None:
    _, two = await processes.start(2)
    _, taras, lesson = await processes.lesson()

    await processes.follow("chat:*")
    socket = await two.chatting(taras)
    await processes.follow("chat:*", f"chat:{lesson}")
    await socket.call("unsubscribe", f"chat:user:{taras}")
    await processes.follow("chat:*")


async def test_ready_is_degraded_while_redis_is_away(processes: Processes) -> None:
    [school] = await processes.start(1)
    ready = await school.http("GET", "/readyz")

    await asyncio.to_thread(processes.redis.kill)
    await until(lambda: school.services.presence.register.failing)
    degraded = await school.http("GET", "/readyz")

    assert (ready.status, ready.json["status"]) == (200, "ok")
    assert (degraded.status, degraded.json["status"]) == (200, "degraded")
    assert degraded.json["failing"] == ["redis"]


async def test_figures_to_watch_are_on_the_metrics_page(
    processes: Processes,
) -> None:
    [school] = await processes.start(1)

    shown = (await school.http("GET", "/metrics")).text
    rows = section(page("docs/scaling.md"), "What to watch")
    names = [name for name in code(rows) if name.startswith("rtserver_")]

    assert len(names) > 6
    assert [name for name in names if name.split(" ")[0] not in shown] == []
    assert "rtserver_redis_up 1.0" in shown


async def test_process_starts_and_serves_without_its_redis(
    processes: Processes,
) -> None:
    await asyncio.to_thread(processes.redis.kill)
    [school] = await processes.start(1)
    olena, _, lesson = await processes.lesson()
    socket = await school.chatting(olena)

    await school.say(olena, lesson, "hello")

    assert (await socket.next("chat.message.new"))["payload"]["text"] == "hello"


async def test_second_process_without_redis_is_refused(
    processes: Processes, make_school: MakeSchool, tmp_path: Any
) -> None:
    await processes.start(1)

    with pytest.raises(AlreadyServed, match="Several processes need Redis"):
        await School(settings_for(tmp_path / "x", processes.database)).start()


async def test_sqlite_is_not_shared_even_with_redis(
    make_school: MakeSchool, processes: Processes, sqlite_url: str, tmp_path: Any
) -> None:
    await make_school(sqlite_url, redis_url=processes.redis.url)

    with pytest.raises(AlreadyServed, match="SQLite is for one process"):
        other = settings_for(tmp_path / "x", sqlite_url, redis_url=processes.redis.url)
        await School(other).start()
