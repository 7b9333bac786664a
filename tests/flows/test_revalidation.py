"""Rights that end while a connection is open (contract 2.1)."""

import asyncio
import json

import pytest

from rtserver.clock import Clock
from rtserver.wiring.services import build
from store import users
from store.errors import StoreUnavailable
from tests.school import SYSTEM, until

PASSWORD = "correct horse battery"


async def sign_in(school, name):
    """Return the tokens of a new login."""
    body = {"email": f"{name.lower()}@example.org", "password": PASSWORD}
    reply = await school.http("POST", "/api/auth/token/", body=body)
    assert reply.status == 200, reply.text
    return reply.json


async def signed_in(school, name="Olena"):
    """Open a socket with a token of a login; give it, and the login's tokens."""
    tokens = await sign_in(school, name)
    socket = await school.open(tokens["access"])
    await socket.next("welcome")
    return socket, tokens


async def ask_admin(school, user, **changes):
    path = f"/api/users/{user}/"
    reply = await school.http("PATCH", path, await school.admin(), changes)
    assert reply.status == 200, reply.text


# Over HTTP


async def test_deactivation_closes_with_4501(school):
    user, other = [await school.person(name) for name in ("Olena", "Taras")]
    sockets = [await school.connect(user) for _ in range(2)]
    untouched = await school.connect(other)

    await ask_admin(school, user, is_active=False)

    assert [await socket.closed() for socket in sockets] == [4501, 4501]
    assert await untouched.quiet() == []


async def test_a_new_password_closes_what_older_tokens_opened(school):
    user = await school.person("Olena", password=PASSWORD)
    socket, tokens = await signed_in(school)

    body = {"password": "another one, please", "current_password": PASSWORD}
    reply = await school.http("PATCH", "/api/users/me/", tokens["access"], body)

    assert reply.status == 200
    assert await socket.closed() == 4501
    assert len(school.services.sessions.live.of_user(user)) == 0


async def test_logout_closes_the_connections_of_that_login_alone(school):
    await school.person("Olena", password=PASSWORD)
    phone, tokens = await signed_in(school)
    laptop, _ = await signed_in(school)

    body = {"refresh": tokens["refresh"]}
    reply = await school.http("POST", "/api/auth/logout/", body=body)

    assert reply.status == 204
    assert await phone.closed() == 4501
    assert await laptop.quiet() == []


async def test_other_changes_of_an_account_close_nothing(school):
    user = await school.person("Olena")
    socket = await school.connect(user)

    await ask_admin(school, user, name="Olena P.", role="tutor", is_active=True)

    await school.services.sessions.revalidation.check(
        list(school.services.sessions.live)
    )
    assert await socket.quiet() == []


async def test_in_doubt_nothing_takes_effect_before_the_check(school):
    olena, taras = await school.person("Olena", "tutor"), await school.person("Taras")
    lesson = await school.lesson(tutors=[olena], students=[taras])
    await school.say(olena, lesson, "Read me")
    watching, socket = await school.chatting(olena), await school.connect(taras)
    (session,) = school.services.sessions.live.of_user(taras)

    await school.services.db.write(deactivate_quietly, taras)
    session.pending_revalidations += 1
    payload = {"lesson_id": lesson, "seq": 1}
    await socket.send(json.dumps({"type": "chat.read", "payload": payload}))

    assert await socket.closed() == 4501
    assert await watching.quiet() == []


async def test_a_doubt_without_reason_ends_with_the_next_command(sqlite_school):
    socket = await sqlite_school.connect(await sqlite_school.person("Olena"))
    (session,) = sqlite_school.services.sessions.live

    session.pending_revalidations += 1
    await socket.call("ping")

    assert session.pending_revalidations == 0


async def test_in_doubt_and_without_a_database_commands_are_unavailable(
    freezer, make_school
):
    school = await make_school(freezer.url)
    socket = await school.connect(await school.person("Olena"))
    (session,) = school.services.sessions.live

    freezer.freeze(school)
    session.pending_revalidations += 1
    answer = await socket.ask("ping", None, {})

    assert answer["payload"]["code"] == "unavailable"
    assert not session.connection.closing


async def test_commands_that_wait_are_dropped_when_the_rights_end(freezer, make_school):
    school = await make_school(freezer.url)
    olena, taras = await school.person("Olena", "tutor"), await school.person("Taras")
    lesson = await school.lesson(tutors=[olena], students=[taras])
    await school.say(olena, lesson, "Read me")
    socket = await school.connect(taras)
    (session,) = school.services.sessions.live

    freezer.freeze(school)
    read = {"type": "chat.read", "payload": {"lesson_id": lesson, "seq": 1}}
    await socket.send(f'{{"type":"subscribe","channel":"chat:user:{taras}"}}')
    await socket.send(json.dumps(read))
    await until(school.services.delivery.hub.subscriptions)
    session.end(4501, "the token is no longer valid")
    freezer.thaw()

    assert await socket.closed() == 4501
    await until(lambda: not school.services.clients)
    path = f"/api/chat/history/?lesson_id={lesson}"
    history = await school.http("GET", path, school.token(olena))
    assert str(taras) not in history.json["reads"]


# From elsewhere


@pytest.fixture
def command_line(io_loop):
    """Open services on a school's database, as a command beside the server does."""
    opened = []

    async def open_services(school):
        services = build(school.settings, Clock())
        await services.db.open()
        opened.append(services)
        return services

    yield open_services
    for services in opened:
        io_loop.run_sync(services.db.close)
        services.accounts.passwords.close()


async def test_a_deactivation_by_the_command_line_counts_soon(school, command_line):
    user = await school.person("Olena")
    socket = await school.connect(user)

    await (await command_line(school)).accounts.users.deactivate(SYSTEM, user)

    assert await socket.closed() == 4501


async def test_a_password_by_the_command_line_counts_soon(sqlite_school, command_line):
    user = await sqlite_school.person("Olena", password=PASSWORD)
    socket, _ = await signed_in(sqlite_school)

    users = (await command_line(sqlite_school)).accounts.users
    await users.set_password(SYSTEM, user, "another one, please")

    assert await socket.closed() == 4501


async def test_all_connections_are_checked_every_interval(database_url, make_school):
    school = await make_school(database_url, auth_revalidate_interval=0.2)
    user, other = [await school.person(name) for name in ("Olena", "Taras")]
    socket, untouched = [await school.connect(id) for id in (user, other)]

    await school.services.db.write(deactivate_quietly, user)

    assert await socket.closed() == 4501
    assert await untouched.quiet() == []


async def test_doubts_about_one_do_not_put_off_the_check_of_all(make_school):
    school = await make_school(auth_revalidate_interval=0.3)
    user, other = [await school.person(name) for name in ("Olena", "Taras")]
    socket, untouched = [await school.connect(id) for id in (user, other)]
    await school.services.db.write(deactivate_quietly, user)

    async def keep_doubting():
        while True:
            school.services.sessions.revalidation.check_soon(other)
            await asyncio.sleep(0.02)

    doubting = asyncio.create_task(keep_doubting())
    assert await socket.closed() == 4501
    doubting.cancel()
    assert await untouched.quiet() == []


def deactivate_quietly(tx, user_id):
    """Change the row behind everyone's back."""
    users.update(tx, user_id, {"is_active": False})


# A check that can't be made


async def test_a_check_that_cannot_be_made_closes_nothing(freezer, make_school):
    school = await make_school(freezer.url, auth_revalidate_interval=0.1)
    socket = await school.connect(await school.person("Olena"))

    freezer.freeze(school)
    with pytest.raises(StoreUnavailable):
        await school.services.sessions.revalidation.check(
            list(school.services.sessions.live)
        )

    assert await socket.quiet() == []


async def test_a_check_that_failed_is_made_again(freezer, make_school):
    school = await make_school(freezer.url)
    user = await school.person("Olena")
    socket = await school.connect(user)
    await school.services.db.write(deactivate_quietly, user)

    freezer.freeze(school)
    school.services.sessions.revalidation.check_soon(user)
    with pytest.raises(StoreUnavailable):
        await school.services.sessions.revalidation.check(
            list(school.services.sessions.live)
        )
    freezer.thaw()

    assert await socket.closed() == 4501
