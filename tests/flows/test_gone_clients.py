"""Clients that are gone before what they asked for has been begun (contract 3)."""

import json
import socket
import struct
from collections.abc import Iterator
from typing import Any

from tests.app_fixtures import MakeSchool
from tests.flows.conftest import Freezer
from tests.pictures import SMALL
from tests.rtserver.edge_fakes import text
from tests.school import School, until

ROUNDS = 5
PICTURE = SMALL["image/png"]
SHAKE = (
    "GET /ws HTTP/1.1\r\nHost: school\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
)


def asked(user: int, token: str, lesson: int) -> Iterator[bytes]:
    """Yield what somebody sends over a connection each."""
    bearer = f"Authorization: Bearer {token}\r\n"
    head = f"Host: school\r\n{bearer}"
    upload = f"POST /api/files/?lesson_id={lesson}&name=a.png&for=chat HTTP/1.1\r\n"
    upload += f"{head}Content-Type: image/png\r\nContent-Length: {len(PICTURE)}\r\n\r\n"
    yield upload.encode() + PICTURE
    yield upload.encode() + PICTURE[:20]
    yield f"GET /api/lessons/{lesson}/archive/ HTTP/1.1\r\n{head}\r\n".encode()
    yield f"GET /api/users/me/ HTTP/1.1\r\n{head}\r\n".encode()
    chat = f"POST /api/chat/messages/ HTTP/1.1\r\n{head}Content-Length: 90\r\n\r\n"
    yield chat.encode() + b'{"lesson_id":'
    channels = [f"chat:user:{user}", f"board:lesson:{lesson}", f"room:lesson:{lesson}"]
    for channel in [*channels, "status:users"]:
        command = {"type": "subscribe", "id": 1, "channel": channel}
        frame = text(json.dumps(command).encode())
        yield f"{SHAKE}{bearer}\r\n".encode() + frame


def begun(school: School, data: bytes) -> socket.socket:
    sock = socket.create_connection(("127.0.0.1", school.services.port))
    sock.sendall(data)
    return sock


def reset(sock: socket.socket) -> None:
    """Go without a goodbye, as who loses the network."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    sock.close()


def left(services: Any, lesson: int) -> list[Any]:
    """Return what is still there of people and their requests."""
    return [
        *services.requests,
        *services.clients,
        *services.sessions.live,
        *services.rooms.register.states(lesson),
        *services.presence.register.everyone(),
        *([services.delivery.hub] * services.delivery.hub.subscriptions()),
    ]


async def test_who_goes_while_the_database_hangs_leaves_nothing_behind(
    freezer: Freezer, make_school: MakeSchool
) -> None:
    school = await make_school(
        freezer.url,
        limits_requests_at_once=1,
        files_uploading_bytes=256,
        presence_leave_grace=0.1,
    )
    services, user = school.services, await school.person("Olena", "tutor")
    lesson, token = await school.lesson(tutors=[user]), school.token(user)

    for is_known in [True, False] * ROUNDS:
        services.accounts.identity.forget(user)
        if is_known:  # so that more is begun before the database is asked
            await school.http("GET", "/api/users/me/", token)
        freezer.server.freeze()
        gone = [begun(school, data) for data in asked(user, token, lesson)]
        await until(lambda: len(services.clients) == 4 and len(services.requests) > 3)
        for sock in gone:
            reset(sock)
        freezer.server.thaw()
        await until(lambda: not left(services, lesson))

    for made in 201, 200:
        me = await school.http("GET", "/api/users/me/", token)
        path = f"/api/files/?lesson_id={lesson}&name=a.png&for=chat"
        kind = {"Content-Type": "image/png"}
        sent = await school.http("POST", path, token, raw=PICTURE, headers=kind)
        archive = await school.http("GET", f"/api/lessons/{lesson}/archive/", token)
        assert (me.status, sent.status, archive.status) == (200, made, 200)
