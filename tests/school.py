"""A running server with a small school in it, for tests that use it from outside."""

import asyncio
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from tornado.httpclient import AsyncHTTPClient, HTTPRequest, HTTPResponse

from rtserver.access.actor import Actor
from rtserver.accounts.requests import UserBody
from rtserver.app import App, Waits
from rtserver.clock import Clock
from rtserver.settings.load import load
from rtserver.settings.model import Settings
from rtserver.wiring.accounts import signer
from tests.client import Socket, open_socket
from tests.patience import PATIENCE

SYSTEM = Actor(None, "tests", "admin")
SECRET = "a-secret-for-tests-that-is-long-enough"


def settings_for(folder: Path, url: str, **overrides: Any) -> Settings:
    """Return settings; ``limits_replay=5`` overrides ``[limits] replay``."""
    environ = {
        "RTSERVER_SERVER_PORT": "0",
        "RTSERVER_SERVER_DATA_DIR": str(folder / "data"),
        "RTSERVER_DATABASE_URL": url,
        "RTSERVER_AUTH_SECRET": SECRET,
        "RTSERVER_SERVER_DRAIN_SECONDS": "0",
    }
    environ |= {f"RTSERVER_{k.upper()}": str(v) for k, v in overrides.items()}
    return load(None, environ)


class Reply:
    """An HTTP answer, its body decoded."""

    def __init__(self, response: HTTPResponse) -> None:
        self.status = response.code
        self.headers = response.headers
        self.body = response.body
        self.text = response.body.decode("utf-8", "replace")
        is_json = "json" in response.headers.get("Content-Type", "")
        self.json: Any = json.loads(self.text) if is_json and self.text else None


class School:
    """A server over real sockets: people, lessons, HTTP requests, WebSockets.

    ``keep_private`` is told what must be in no line of log.
    """

    def __init__(
        self,
        settings: Settings,
        clock: Clock | None = None,
        keep_private: Callable[..., None] = lambda *words: None,
        waits: Waits = Waits(),  # noqa: B008 - it is frozen
    ) -> None:
        self.keep_private = keep_private
        self.app = App(settings, clock, waits)
        # Nobody shall give up because the machine is busy.
        self.services.db.deadline = PATIENCE
        self.settings = settings
        self.sockets: list[Socket] = []
        self._http = AsyncHTTPClient(force_instance=True)

    @property
    def services(self) -> Any:
        return self.app.services

    async def start(self) -> "School":
        await self.app.start()
        return self

    async def stop(self) -> None:
        for socket in self.sockets:
            await socket.close()
        self._http.close()
        await self.app.stop()

    async def person(
        self, name: str, role: str = "student", password: str | None = None
    ) -> int:
        """Make a user; give the id."""
        body: dict[str, Any] = {"password": password} if password else {}
        email = f"{name.lower()}@example.org"
        self.keep_private(name, email, password or "", SECRET)
        user = await self.services.accounts.users.create(
            SYSTEM, UserBody(email=email, name=name, role=role, **body)
        )
        return int(user.id)

    async def lesson(self, *, tutors: Any = (), students: Any = ()) -> int:
        """Make a lesson whose members have all accepted; give its id."""
        now = self.services.clock.now()
        members = [(id, "tutor") for id in tutors] + [
            (id, "student") for id in students
        ]
        reply = await self.http(
            "POST",
            "/api/lessons/",
            await self.admin(),
            {
                "title": "Algebra",
                "starts_at": now.isoformat(),
                "ends_at": (now + timedelta(hours=1)).isoformat(),
                "members": [
                    {"user_id": id, "role": role, "state": "accepted"}
                    for id, role in members
                ],
            },
        )
        assert reply.status == 201, reply.text
        return int(reply.json["id"])

    async def admin(self) -> str:
        """Return a token of the school's admin, who is made at the first call."""
        admin = await self.services.accounts.users.find("admin@example.org")
        return self.token(admin.id if admin else await self.person("Admin", "admin"))

    def token(self, user_id: int, ttl: float | None = None) -> str:
        made = signer(self.settings, SECRET, self.services.clock)
        assert made is not None
        return made.sign(user_id, ttl=ttl)[0]

    async def http(
        self,
        method: str,
        path: str,
        token: str | None = None,
        body: Any = None,
        *,
        headers: dict[str, str] | None = None,
        raw: bytes | None = None,
    ) -> Reply:
        """Send a request; every status is an answer."""
        headers = dict(headers or {})
        if token is not None:
            headers.setdefault("Authorization", f"Bearer {token}")
        if body is not None:
            raw = json.dumps(body).encode()
        if raw is not None:
            headers.setdefault("Content-Type", "application/json")
        request = HTTPRequest(
            self.app.url + path,
            method,
            headers=headers,
            body=raw,
            allow_nonstandard_methods=True,
            follow_redirects=False,
            decompress_response=False,
        )
        return Reply(await self._http.fetch(request, raise_error=False))

    async def say(self, user_id: int, lesson_id: int, text: str, **more: Any) -> Any:
        """Post a message; give it as the server answers it."""
        body = {"lesson_id": lesson_id, "text": text, **more}
        self.keep_private(text)
        reply = await self.http(
            "POST", "/api/chat/messages/", self.token(user_id), body
        )
        assert reply.status in (200, 201), reply.text
        return reply.json

    async def connect(self, user_id: int) -> Socket:
        """Open a signed-in socket."""
        socket = await self.open(self.token(user_id))
        await socket.next("welcome")
        return socket

    async def open(self, token: str | None = None, **more: Any) -> Socket:
        """Open a socket without waiting for anything."""
        socket = await open_socket(self.app.url, token, **more)
        self.sockets.append(socket)
        return socket

    async def chatting(self, user_id: int) -> Socket:
        """Open a socket that is subscribed to its user's chat."""
        socket = await self.connect(user_id)
        await socket.call("subscribe", f"chat:user:{user_id}")
        return socket


async def until(condition: Any, patience: float = PATIENCE) -> None:
    """Wait until a condition holds that no event tells of."""
    async with asyncio.timeout(patience):
        while not condition():
            await asyncio.sleep(0.01)
