"""Signing in over the socket (contract 2.1)."""

import json
from datetime import timedelta

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from rtserver.clock import rfc3339
from tests.client import CommandFailed
from tests.fakes import FakeClock
from tests.school import SYSTEM
from tests.tokens import forged

SPKI = PublicFormat.SubjectPublicKeyInfo
WAYS = ("header", "query", "frame")


async def enter(school, way, token):
    """Open a socket with a token in one of the three ways."""
    if way == "header":
        return await school.open(token)
    if way == "query":
        return await school.open(path=f"/ws/?token={token}")
    socket = await school.open()
    await socket.send(json.dumps(auth(token)))
    return socket


def auth(token, id=1):
    return {"type": "auth", "id": id, "payload": {"token": token}}


async def refused(socket, type, **payload):
    with pytest.raises(CommandFailed) as caught:
        await socket.call(type, **payload)
    return caught.value.code


@pytest.mark.parametrize("way", WAYS)
async def test_a_token_is_taken_in_each_of_three_ways(sqlite_school, way):
    user = await sqlite_school.person("Olena", "tutor")

    socket = await enter(sqlite_school, way, sqlite_school.token(user))

    welcome = await socket.next("welcome")
    assert welcome["payload"]["user"] == {"id": user, "name": "Olena", "role": "tutor"}
    assert await socket.call("ping")


async def test_welcome_tells_what_a_client_needs(make_school):
    clock = FakeClock()
    school = await make_school(clock=clock)
    user = await school.person("Olena")

    socket = await school.connect(user)

    welcome = dict(socket.welcome)
    assert welcome.pop("connection_id").startswith("c_")
    assert welcome == {
        "protocol": 1,
        "user": {"id": user, "name": "Olena", "role": "student"},
        "token_expires_at": rfc3339(clock.now() + timedelta(seconds=900)),
        "heartbeat_interval": 30,
        "server_time": rfc3339(clock.now()),
        "limits": {"subscriptions": 64, "message_bytes": 262144},
    }


async def test_an_auth_frame_is_acked_before_the_welcome(sqlite_school):
    token = sqlite_school.token(await sqlite_school.person("Olena"))
    socket = await sqlite_school.open()

    ack = await socket.ask("auth", None, {"token": token})
    await socket.next("welcome")

    assert ack == {"type": "ack", "id": 1, "payload": {}}
    assert [frame["type"] for frame in socket.received] == ["ack", "welcome"]


async def test_an_auth_frame_without_an_id_is_welcomed_alone(sqlite_school):
    token = sqlite_school.token(await sqlite_school.person("Olena"))
    socket = await sqlite_school.open()

    frame = auth(token)
    del frame["id"]
    await socket.send(json.dumps(frame))

    assert (await socket.next())["type"] == "welcome"


async def test_subject_may_be_an_integer(sqlite_school):
    user = await sqlite_school.person("Olena")

    socket = await sqlite_school.open(forged(sqlite_school, sub=user))

    assert (await socket.next("welcome"))["payload"]["user"]["id"] == user


@pytest.mark.parametrize("way", WAYS)
async def test_an_expired_token_closes_with_4001(sqlite_school, way):
    user = await sqlite_school.person("Olena")

    socket = await enter(sqlite_school, way, sqlite_school.token(user, ttl=-10))

    assert await socket.closed() == 4001


@pytest.mark.parametrize(
    "claims",
    [
        {"secret": "another-secret-that-is-long-enough-too"},
        {"typ": "refresh"},
        {"sub": "999"},
        {"exp": None},
        {"exp": "far"},
        {"exp": 4_000_000_000},
        {"typ": "refresh", "exp": 1},
    ],
    ids=str,
)
async def test_any_other_bad_token_closes_with_4501(sqlite_school, claims):
    user = await sqlite_school.person("Olena")
    token = forged(sqlite_school, **{"sub": str(user), **claims})

    sockets = [await enter(sqlite_school, way, token) for way in WAYS]

    assert [await socket.closed() for socket in sockets] == [4501] * 3


async def test_an_inactive_user_is_closed_with_4501(sqlite_school):
    user = await sqlite_school.person("Olena")
    await sqlite_school.services.accounts.users.deactivate(SYSTEM, user)
    token = sqlite_school.token(user)

    sockets = [await enter(sqlite_school, way, token) for way in WAYS]

    assert [await socket.closed() for socket in sockets] == [4501] * 3


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "%00", "x" * 9000], ids=len)
async def test_what_is_no_token_closes_with_4501(sqlite_school, token):
    sockets = [await enter(sqlite_school, way, token) for way in WAYS]

    assert [await socket.closed() for socket in sockets] == [4501] * 3


async def test_an_api_key_is_a_bad_token_on_the_socket(sqlite_school):
    headers = {"Authorization": "Api-Key rtk_whatever"}

    socket = await sqlite_school.open(headers=headers)

    assert await socket.closed() == 4501


async def test_another_scheme_leaves_the_first_frame_to_say(sqlite_school):
    user = await sqlite_school.person("Olena")
    socket = await sqlite_school.open(headers={"Authorization": "Basic b2xlbmE6eA=="})

    assert await socket.call("auth", token=sqlite_school.token(user)) == {}


async def test_commands_before_the_token_are_unauthenticated(sqlite_school):
    user = await sqlite_school.person("Olena")
    socket = await sqlite_school.open()

    assert await refused(socket, "ping") == "unauthenticated"
    assert await refused(socket, "no.such") == "unauthenticated"
    assert await refused(socket, "auth.refresh", token="x") == "unauthenticated"
    assert await refused(socket, "auth") == "bad_request"
    assert await socket.call("auth", token=sqlite_school.token(user)) == {}


async def test_commands_sent_along_with_the_token_wait_for_it(sqlite_school):
    user = await sqlite_school.person("Olena")
    socket = await sqlite_school.open()

    await socket.send(json.dumps(auth(sqlite_school.token(user), "first")))

    assert await socket.call("subscribe", f"chat:user:{user}")


async def test_a_second_auth_is_a_conflict(sqlite_school):
    user = await sqlite_school.person("Olena")
    socket = await sqlite_school.connect(user)

    token = sqlite_school.token(user)
    assert await refused(socket, "auth", token=token) == "conflict"
    assert await socket.call("ping")


async def test_without_a_token_in_time_it_closes_with_4003(make_school):
    school = await make_school(auth_timeout=0.2)

    socket = await school.open()

    assert await socket.closed() == 4003


async def test_other_frames_do_not_lengthen_the_time_for_the_token(make_school):
    school = await make_school(auth_timeout=1)
    socket = await school.open()

    assert await refused(socket, "ping") == "unauthenticated"
    assert await refused(socket, "auth", token=None) == "bad_request"

    assert await socket.closed() == 4003


# When the database can't be asked


async def test_a_token_that_cannot_be_checked_closes_with_1013(freezer, make_school):
    school = await make_school(freezer.url)
    token = school.token(await school.person("Olena"))

    freezer.freeze(school)
    sockets = [await enter(school, way, token) for way in WAYS]

    assert [await socket.closed() for socket in sockets] == [1013] * 3


async def test_a_token_that_came_in_time_may_take_long_to_check(freezer, make_school):
    school = await make_school(freezer.url, auth_timeout=1)
    token = school.token(await school.person("Olena"))

    freezer.freeze(school)
    school.services.db.deadline = 2
    socket = await enter(school, "frame", token)

    assert await socket.closed() == 1013


# Other keys


@pytest.fixture
def public_key_school(io_loop, make_school, tmp_path):
    """A server that takes the tokens of another one's key, and signs none."""
    key, file = ec.generate_private_key(ec.SECP256R1()), tmp_path / "key.pem"
    file.write_bytes(key.public_key().public_bytes(Encoding.PEM, SPKI))
    options = {"auth_algorithms": "ES256", "auth_public_key_file": file}
    return key, io_loop.run_sync(lambda: make_school(**options))


@pytest.mark.parametrize("path", ["/api/auth/token/", "/api/auth/token/refresh/"])
@pytest.mark.parametrize(
    "body", [{}, {"refresh": "x"}, {"email": "x", "password": "x"}]
)
async def test_whatever_is_sent_there_without_a_signer_it_is_404(
    public_key_school, path, body
):
    _, school = public_key_school

    reply = await school.http("POST", path, body=body)

    assert (reply.status, reply.json["code"]) == (404, "not_found")


async def test_with_a_public_key_configured_only_its_tokens_are_taken(
    public_key_school,
):
    key, school = public_key_school
    user = await school.person("Olena")

    claims = {
        "sub": str(user),
        "exp": int(school.services.clock.now().timestamp() + 60),
    }
    theirs = await school.open(jwt.encode(claims, key, algorithm="ES256"))
    ours = await school.open(forged(school, **claims))

    assert await theirs.next("welcome")
    assert await ours.closed() == 4501
