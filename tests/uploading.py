"""Somebody's files of one lesson, over HTTP, and uploads down to their bytes."""

import asyncio
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlencode

from store import file_uploads
from tests.patience import PATIENCE
from tests.pictures import SMALL, chunk, png
from tests.school import Reply, School


def large_png(size: int, salt: bytes = b"") -> bytes:
    """A PNG of so many bytes, of which nothing is taken out; ``salt`` makes others."""
    return png(noise=salt + b"\x5a" * max(1, size - 57 - len(salt)))


class Owner(NamedTuple):
    """Somebody who uploads files for a lesson."""

    school: School
    user: int
    lesson: int

    @property
    def token(self) -> str:
        return self.school.token(self.user)

    def path(self, name: str = "tree.png", purpose: str = "chat") -> str:
        query = {"lesson_id": self.lesson, "name": name, "for": purpose}
        return f"/api/files/?{urlencode(query)}"

    async def upload(self, data: bytes, type: str = "image/png", **where: str) -> Reply:
        headers = {"Content-Type": type}
        path = self.path(**where)
        return await self.school.http(
            "POST", path, self.token, raw=data, headers=headers
        )

    async def upload_new(self, number: int = 1, **where: str) -> dict[str, Any]:
        """Upload a picture that is like no other; give it as it is answered."""
        data = png(chunk(b"pHYs", number.to_bytes(9, "big")))
        reply = await self.upload(data, **where)
        assert reply.status == 201, reply.text
        made: dict[str, Any] = reply.json
        return made

    async def get(self, file_id: str, **headers: str) -> Reply:
        path = f"/api/files/{file_id}/"
        return await self.school.http("GET", path, self.token, headers=headers)

    async def delete(self, file_id: str) -> Reply:
        return await self.school.http("DELETE", f"/api/files/{file_id}/", self.token)

    async def list(self, **query: Any) -> Reply:
        told = urlencode({"lesson_id": self.lesson, **query})
        return await self.school.http("GET", f"/api/files/?{told}", self.token)

    async def tickets(self, *ids: str) -> Reply:
        body = {"ids": list(ids)}
        return await self.school.http("POST", "/api/files/tickets/", self.token, body)

    async def sending(
        self, *headers: str, type: str = "image/png", port: int = 0, **more: Any
    ) -> "Sending":
        """Begin an upload, of which only the head is sent so far.

        ``port`` and ``more`` are those of a proxy, if it goes through one.
        """
        port = port or self.school.services.port
        reader, writer = await asyncio.open_connection("127.0.0.1", port, **more)
        lines = [
            f"POST {self.path()} HTTP/1.1",
            "Host: school",
            f"Authorization: Bearer {self.token}",
            f"Content-Type: {type}",
            *headers,
        ]
        writer.write("\r\n".join([*lines, "", ""]).encode())
        return Sending(reader, writer)


class Sending(NamedTuple):
    """An upload on its way, down to its bytes."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def send(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    async def send_all(self, pieces: Iterable[bytes]) -> None:
        await self.send(b"".join(pieces))

    async def send_chunks(self, pieces: Iterable[bytes]) -> None:
        for piece in pieces:
            await self.send(b"%x\r\n%s\r\n" % (len(piece), piece))

    async def answer(self) -> tuple[int, Any]:
        """Wait for the answer; give its status and JSON."""
        async with asyncio.timeout(PATIENCE):
            head = (await self.reader.readuntil(b"\r\n\r\n")).decode().lower()
            (length,) = (
                int(line.split(":")[1])
                for line in head.split("\r\n")
                if line.startswith("content-length:")
            )
            body = await self.reader.readexactly(length)
        return int(head.split()[1]), json.loads(body)

    async def ended(self) -> bytes:
        """Wait until the server ends the connection; give what it said."""
        try:
            async with asyncio.timeout(PATIENCE):
                return await self.reader.read()
        finally:
            self.close()

    def close(self) -> None:
        self.writer.close()


async def owners(school: School) -> tuple[Owner, Owner, Owner]:
    """Make a lesson with a tutor and two students."""
    tutor = await school.person("Olena", "tutor")
    students = [await school.person(name) for name in ("Sofia", "Taras")]
    lesson = await school.lesson(tutors=[tutor], students=students)
    first, second = students
    return (
        Owner(school, tutor, lesson),
        Owner(school, first, lesson),
        Owner(school, second, lesson),
    )


async def under_way(school: School) -> int:
    """Return for how many uploads room is kept."""
    return len(await school.services.db.read(file_uploads.ids))


async def until_under_way(school: School, count: int) -> None:
    """Wait until room is kept for so many uploads."""
    async with asyncio.timeout(PATIENCE):
        while await under_way(school) != count:
            await asyncio.sleep(0.01)


def folder(school: School) -> Path:
    """Return where the files lie."""
    return school.settings.files_dir


def names(school: School) -> set[str]:
    """Return the names of what lies there."""
    return {path.name for path in folder(school).iterdir()}


PICTURE = SMALL["image/png"]
