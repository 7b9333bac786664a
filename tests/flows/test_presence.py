"""Who is online, as clients see it (contract 2.4, 2.6 and 3.1)."""

from typing import Any

import pytest

from rtserver.cli.context import opened
from tests.app_fixtures import MakeSchool
from tests.client import Socket
from tests.lesson_school import PLATFORM
from tests.school import School, until

STATUS = "status:users"


@pytest.fixture
def brief_school(io_loop: Any, make_school: MakeSchool) -> School:
    """A school in which people are gone soon after they have left."""
    school: School = io_loop.run_sync(lambda: make_school(presence_leave_grace=0.2))
    return school


async def watching(school: School, user_id: int) -> tuple[Socket, list[int]]:
    """Open a socket that is subscribed to everybody's status; give who is online."""
    socket = await school.connect(user_id)
    await until(lambda: user_id in school.services.presence.register.everyone())
    ack = await socket.call("subscribe", STATUS)
    return socket, ack["online_ids"]


def seen(events: list[dict[str, Any]]) -> list[tuple[str, int]]:
    return [(event["type"], event["payload"]["user_id"]) for event in events]


async def test_coming_and_going_is_told_once(brief_school: School) -> None:
    school = brief_school
    olena, taras = await school.person("Olena"), await school.person("Taras")
    watcher, online = await watching(school, olena)

    socket = await school.connect(taras)
    came = await watcher.next()
    await socket.close()
    gone = await watcher.next()

    assert online == [olena]
    assert seen([came, gone]) == [("user.online", taras), ("user.offline", taras)]
    assert came["channel"] == STATUS
    assert "seq" not in came
    assert came["payload"].keys() == {"user_id", "at"}
    assert came["payload"]["at"].endswith("Z")
    assert await watcher.quiet() == []


async def test_two_devices_are_one_person(brief_school: School) -> None:
    school = brief_school
    olena, taras = await school.person("Olena"), await school.person("Taras")
    watcher, _ = await watching(school, olena)

    phone, laptop = await school.connect(taras), await school.connect(taras)
    await watcher.next("user.online")
    await phone.close()
    other = await school.connect(await school.person("Ira"))
    await other.close()
    await watcher.next("user.offline")

    assert taras in school.services.presence.register.everyone()
    await laptop.close()
    assert seen([await watcher.next("user.offline")]) == [("user.offline", taras)]


async def test_page_reload_does_not_flap(sqlite_school: School) -> None:
    school = sqlite_school
    olena, taras = await school.person("Olena"), await school.person("Taras")
    watcher, _ = await watching(school, olena)
    page = await school.connect(taras)
    await watcher.next("user.online")

    await page.close()
    await school.connect(taras)
    await school.connect(await school.person("Ira"))

    assert seen([await watcher.next()]) != [("user.online", taras)]


async def test_who_subscribes_again_sees_who_is_online_now(
    brief_school: School,
) -> None:
    school = brief_school
    olena, taras = await school.person("Olena"), await school.person("Taras")
    watcher, _ = await watching(school, olena)
    await school.connect(taras)
    await watcher.next("user.online")

    ack = await watcher.call("subscribe", STATUS)

    assert ack == {"channel": STATUS, "online_ids": [olena, taras]}
    assert await watcher.quiet() == []


async def test_nothing_comes_after_unsubscribing(sqlite_school: School) -> None:
    school = sqlite_school
    watcher, _ = await watching(school, await school.person("Olena"))

    await watcher.call("unsubscribe", STATUS)
    taras = await school.person("Taras")
    await school.connect(taras)
    await until(lambda: taras in school.services.presence.register.everyone())

    assert await watcher.quiet() == []


async def test_with_visibility_lessons_only_companions_and_admins_see(
    make_school: MakeSchool,
) -> None:
    school = await make_school(presence_visibility="lessons")
    people = [await school.person(n) for n in ("Olena", "Taras", "Ivan")]
    olena, taras, ivan = people
    await school.lesson(tutors=[olena], students=[taras])
    admin = await school.person("Ada", "admin")
    sockets = {id: (await watching(school, id))[0] for id in (olena, ivan, admin)}
    for socket in sockets.values():
        await socket.quiet()

    await school.connect(taras)
    told = [await sockets[id].next("user.online") for id in (olena, admin)]

    assert seen(told) == [("user.online", taras)] * 2
    assert await sockets[ivan].quiet() == []
    acks = {id: await s.call("subscribe", STATUS) for id, s in sockets.items()}
    assert acks[olena]["online_ids"] == [olena, taras]
    assert acks[ivan]["online_ids"] == [ivan]
    assert acks[admin]["online_ids"] == [olena, taras, ivan, admin]


async def test_with_visibility_lessons_a_new_lesson_calls_for_a_resync(
    make_school: MakeSchool,
) -> None:
    school = await make_school(presence_visibility="lessons")
    olena, taras = await school.person("Olena", "tutor"), await school.person("Taras")
    watcher, _ = await watching(school, olena)
    _, before = await watching(school, taras)

    await school.lesson(tutors=[olena], students=[taras])
    resync = await watcher.next("resync")
    ack = await watcher.call("subscribe", STATUS)

    assert before == [taras]
    assert resync == {"type": "resync", "channel": STATUS}
    assert ack["online_ids"] == [olena, taras]


async def test_with_visibility_lessons_a_new_role_counts_on_open_connections(
    make_school: MakeSchool,
) -> None:
    school = await make_school(presence_visibility="lessons")
    ada, taras = await school.person("Ada", "admin"), await school.person("Taras")
    watcher, _ = await watching(school, ada)
    seen_as: dict[str, list[int]] = {}

    for role in ("student", "admin"):
        path = f"/api/users/{ada}/"
        await school.http("PATCH", path, await school.admin(), {"role": role})
        assert await watcher.next() == {"type": "resync", "channel": STATUS}
        await watching(school, taras)
        await watcher.quiet()
        ack = await watcher.call("subscribe", STATUS)
        seen_as[role] = ack["online_ids"]

    assert seen_as == {"student": [ada], "admin": [ada, taras]}


async def test_with_visibility_lessons_a_cancelled_lesson_calls_for_a_resync(
    make_school: MakeSchool,
) -> None:
    school = await make_school(presence_visibility="lessons")
    olena, taras, ivan = [await school.person(n) for n in ("Olena", "Taras", "Ivan")]
    lesson = await school.lesson(tutors=[olena], students=[taras])
    sockets = [(await watching(school, user))[0] for user in (olena, taras, ivan)]
    await sockets[0].next("user.online")

    await school.http("DELETE", f"/api/lessons/{lesson}/", await school.admin())
    for socket in sockets[:2]:
        assert await socket.next("resync") == {"type": "resync", "channel": STATUS}
    ack = await sockets[0].call("subscribe", STATUS)

    assert ack["online_ids"] == [olena]
    assert await sockets[2].quiet() == []


async def test_lesson_cancelled_beside_the_server_calls_for_a_resync_too(
    make_school: MakeSchool,
) -> None:
    school = await make_school(presence_visibility="lessons")
    olena, taras = await school.person("Olena", "tutor"), await school.person("Taras")
    lesson = await school.lesson(tutors=[olena], students=[taras])
    watcher, _ = await watching(school, olena)

    async with opened(school.services.settings) as beside:
        await beside.lessons.cancel(PLATFORM, lesson)

    assert await watcher.next("resync") == {"type": "resync", "channel": STATUS}


async def test_invited_and_cancelled_lessons_show_nobody(
    make_school: MakeSchool,
) -> None:
    school = await make_school(presence_visibility="lessons")
    olena, taras, ira = [await school.person(n) for n in ("Olena", "Taras", "Ira")]
    cancelled = await school.lesson(tutors=[olena], students=[taras])
    await school.http("DELETE", f"/api/lessons/{cancelled}/", await school.admin())
    lesson = await school.lesson(tutors=[olena])
    body = {"user_id": ira, "role": "student"}
    path = f"/api/lessons/{lesson}/members/"
    await school.http("POST", path, await school.admin(), body)
    for user in (taras, ira):
        await school.connect(user)

    _, online = await watching(school, olena)

    assert online == [olena]
