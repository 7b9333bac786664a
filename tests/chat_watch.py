"""The people of a chat, over real sockets, beside the model of it.

Whatever anybody is told by any road is looked through for words that they may not see.
"""

import asyncio
import email
import random
import re
import zipfile
from collections import Counter
from email.policy import default
from pathlib import Path
from typing import Any, Self

from rtserver.privacy import export
from tests.chat_model import ChatModel
from tests.client import Socket
from tests.rtserver.privacy import traces
from tests.school import School

WORD = re.compile(r"sekret\d+x")
# People who come and go soon, so that mails go; and who may ask as often as they like.
SETTINGS = {
    "presence_leave_grace": 0.1,
    "presence_heartbeat": 2,
    "presence_ttl": 2,
    "notifications_chat_mail_delay": 0.1,
    "limits_commands_per_second": 100_000,
    "limits_commands_burst": 100_000,
    "limits_requests_per_second": 1_000_000,
    "limits_requests_burst": 1_000_000_000,
    "limits_requests_at_once": 1_000_000,
    "limits_write_bytes_per_second": 2**30,
    "limits_write_bytes_burst": 2**30,
}


class ChatWatch:
    """A lesson's people and all that they are told.

    ``leaks`` lists what somebody wasn't to see, and how they did.
    """

    def __init__(self, school: School, seed: int) -> None:
        self.school, self.rng = school, random.Random(seed)
        self.done: Counter[str] = Counter()
        self.leaks: list[str] = []
        self.sockets: dict[int, Socket] = {}
        self._numbers = iter(range(1, 10**9))

    async def open(self) -> Self:
        """Make the people: three of them pupils, two who come and go, two outside."""
        names = {"Olena": "tutor", "Petro": "tutor", "Marko": "tutor"}
        names |= dict.fromkeys(("Sofia", "Taras", "Ivan", "Daryna"), "student")
        self.olena, self.petro, self.marko, *self.pupils = [
            await self.school.person(name, role) for name, role in names.items()
        ]
        self.admin = await self.school.person("Ada", "admin")
        tutors, students = [self.olena, self.petro], self.pupils[:3]
        self.lesson = await self.school.lesson(tutors=tutors, students=students)
        roles = dict.fromkeys(tutors, "tutor") | dict.fromkeys(students, "student")
        self.model = ChatModel(self.admin, roles)
        self.people = [self.olena, self.petro, self.marko, *self.pupils, self.admin]
        everybody = zip(self.people, [*names, "Ada"], strict=True)
        self.addresses = {id: f"{name.lower()}@example.org" for id, name in everybody}
        for user in self.people:
            await self.come(user)
        await self.set_chat(self.olena, "moderated")
        return self

    async def set_chat(self, user: int, mode: str) -> int:
        """Say what students may, if one may; return the status."""
        path = f"/api/lessons/{self.lesson}/"
        reply = await self.ask(user, "PATCH", path, {"chat": mode})
        if reply.status == 200:
            self.model.mode = mode
        return int(reply.status)

    # Ways to be told something

    def look(self, user: int, raw: str | bytes, road: str) -> None:
        text = raw if isinstance(raw, str) else raw.decode("utf-8", "replace")
        for word in set(WORD.findall(text)):
            if not self.model.may_see(user, word):
                self.leaks.append(f"{user} sees {word} by {road}")

    async def ask(self, user: int, method: str, path: str, body: Any = None) -> Any:
        reply = await self.school.http(method, path, self.school.token(user), body)
        self.done[f"status {reply.status}"] += 1
        # It shows how things are once the change is made: see expect().
        return reply

    async def read(self, user: int, path: str, status: int = 200) -> Any:
        """Read as somebody, and look through the answer."""
        reply = await self.ask(user, "GET", path)
        wanted = self.model.outsider(user) or status
        assert reply.status == wanted, (path, reply.status, wanted)
        self.look(user, reply.text, path)
        return reply.json

    async def hear(self) -> None:
        """Look through all that was told over the sockets up to now."""
        for user, socket in self.sockets.items():
            await socket.call("ping")
            frames, socket.texts[:] = list(socket.texts), []
            for frame in frames:
                self.look(user, frame, "a socket")

    async def look_everywhere(self) -> None:
        """Look into mails, metrics, exports and the database."""
        for path in Path(self.school.settings.outbox_dir).glob("*.eml"):
            self._look_into_mail(path)
            path.unlink()
        page = await self.school.http("GET", "/metrics")
        self.leaks += [f"metrics: {word}" for word in WORD.findall(page.text)]
        url = self.school.settings.database_url.reveal()
        rows = await asyncio.to_thread(traces.in_rows, url, "sekret")
        stored = {word for row in rows for word in WORD.findall(row)}
        left = [word for word in stored if not self.model.may_be_stored(word)]
        self.leaks += [f"database: {word}" for word in left]
        for user in self.people:
            await self.export(user)

    def _look_into_mail(self, path: Path) -> None:
        mail = email.message_from_bytes(path.read_bytes(), policy=default)
        [user] = [id for id in self.people if self.addresses[id] in str(mail["To"])]
        texts = [str(mail["Subject"])]
        parts = [part for part in mail.walk() if part.get_content_maintype() == "text"]
        texts += [part.get_content() for part in parts]
        for word in WORD.findall(" ".join(texts)):
            if not self.model.may_be_mailed(user, word):
                self.leaks.append(f"mail to {user}: {word}")
        self.done["mails"] += 1

    async def export(self, user: int) -> None:
        file = Path(self.school.settings.server.data_dir) / "export.zip"
        folder = self.school.services.files.removal.folder
        now = self.school.services.clock.now()
        request = export.Request(user, file, now, folder)
        await self.school.services.db.read(export.write, request)
        with zipfile.ZipFile(file) as archive:
            text = "".join(archive.read(name).decode() for name in archive.namelist())
        file.unlink()
        for word in set(WORD.findall(text)):
            if not self.model.may_keep(user, word):
                self.leaks.append(f"export of {user}: {word}")

    async def come(self, user: int) -> None:
        """Open somebody's socket, with what they missed if they were there before."""
        if user in self.sockets:
            return
        socket = self.sockets[user] = await self.school.connect(user)
        since = {str(self.lesson): self.rng.randrange(self.model.seq + 1)}
        await socket.call("subscribe", f"chat:user:{user}", since=since)
        await socket.call("subscribe", f"notifications:user:{user}", since=0)
        await socket.ask("subscribe", f"room:lesson:{self.lesson}", {})

    async def go(self, user: int) -> None:
        """Close somebody's socket, so that they are mailed."""
        socket = self.sockets.pop(user, None)
        if socket is not None:
            await socket.close()
            self.school.sockets.remove(socket)
