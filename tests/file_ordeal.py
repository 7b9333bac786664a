"""A server that is killed while files are uploaded, and what is left of them."""

import asyncio
import hashlib
import json
import random
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from tornado.httpclient import AsyncHTTPClient, HTTPRequest

from rtserver.files.folder import FileFolder
from store.probe import file_rows
from tests.patience import PATIENCE
from tests.served import Lesson, Served
from tests.uploading import large_png

LANES = 4


@dataclass
class FileVerdict:
    """What was found; everything from ``lost`` on has to be 0.

    ``mended`` counts what the starts have cleared away. ``lost`` was acked and isn't
    there, ``returned`` was deleted and is; ``strays`` have no row, ``lacking`` are
    without bytes.
    """

    acked: int = 0
    mended: int = 0
    lost: int = 0
    returned: int = 0
    strays: int = 0
    lacking: int = 0

    @property
    def good(self) -> bool:
        return not (self.lost or self.returned or self.strays or self.lacking)


class FileOrdeal:
    """Lanes that upload and delete without pause, over one server."""

    def __init__(self, served: Served, lesson: Lesson, rng: random.Random) -> None:
        self._served = served
        self._lesson = lesson
        self._rng = rng
        self._folder = FileFolder(served.settings.files_dir)
        self._http = AsyncHTTPClient(force_instance=True, max_clients=2 * LANES)
        self._token = served.token(lesson.members[0])
        self._acked: dict[str, str] = {}
        # Asked to be deleted: whether that was acked or not, they may be gone.
        self._asked: set[str] = set()
        self._gone: set[str] = set()
        self._news = asyncio.Event()

    async def run(self, kills: int) -> FileVerdict:
        verdict = FileVerdict()
        for _ in range(kills):
            lanes = [asyncio.create_task(self._lane()) for _ in range(LANES)]
            half = await self._half_an_upload()
            await self._until(len(self._acked) + LANES)
            await asyncio.sleep(self._rng.random() / 20)
            await asyncio.to_thread(self._served.kill)
            half.close()
            for lane in lanes:
                lane.cancel()
            await asyncio.gather(*lanes, return_exceptions=True)
            left = self._folder.ids() - self._rows().kept
            await asyncio.to_thread(self._served.start)
            verdict.mended += len(left)
            self._compare(verdict)
        verdict.acked = len(self._acked)
        self._http.close()
        return verdict

    def _compare(self, verdict: FileVerdict) -> None:
        rows, there = self._rows(), self._folder.ids()
        verdict.strays += len(there - rows.kept)
        verdict.lacking += len(rows.kept - there)
        verdict.returned += len(self._gone & (there | rows.kept))
        for id, sha256 in self._acked.items():
            if id not in self._asked and self._summed(id) != sha256:
                verdict.lost += 1

    def _rows(self) -> Any:
        return file_rows(self._served.settings.database_url.reveal())

    def _summed(self, id: str) -> str:
        with suppress(FileNotFoundError):
            return hashlib.sha256(self._folder.place(id).read_bytes()).hexdigest()
        return "not there"

    async def _lane(self) -> None:
        while True:
            made = await self._ask("POST", self._address(), self._picture())
            if made is None or made.code != 201:
                continue
            told = json.loads(made.body)
            id = told["id"]
            self._acked[id] = told["sha256"]
            self._news.set()
            if self._rng.random() < 0.3:
                self._asked.add(id)
                done = await self._ask("DELETE", f"/api/files/{id}/")
                if done is not None and done.code == 204:
                    self._gone.add(id)

    async def _ask(self, method: str, path: str, body: bytes | None = None) -> Any:
        """Send a request; None if no answer came."""
        headers = {"Authorization": f"Bearer {self._token}"}
        if body is not None:
            headers["Content-Type"] = "image/png"
        request = HTTPRequest(
            self._served.url + path, method, headers=headers, body=body
        )
        try:
            return await self._http.fetch(request, raise_error=False)
        except OSError:
            await asyncio.sleep(0.01)
            return None

    async def _half_an_upload(self) -> asyncio.StreamWriter:
        """Begin an upload whose end never comes; return once a part is on the disk."""
        before = self._folder.ids() if self._folder.path.is_dir() else set()
        where = urlsplit(self._served.url)
        _, writer = await asyncio.open_connection(where.hostname, where.port)
        head = (
            f"POST {self._address()} HTTP/1.1\r\nHost: school\r\n"
            f"Authorization: Bearer {self._token}\r\n"
            "Content-Type: image/png\r\nContent-Length: 400000\r\n\r\n"
        )
        writer.write(head.encode() + self._picture(200_000))
        await writer.drain()
        async with asyncio.timeout(PATIENCE):
            while self._folder.ids() <= before:
                await asyncio.sleep(0.01)
        return writer

    def _address(self) -> str:
        return f"/api/files/?lesson_id={self._lesson.id}&name=a.png&for=board"

    def _picture(self, size: int = 0) -> bytes:
        size = size or self._rng.randrange(1000, 300_000)
        return large_png(size, self._rng.randbytes(16))

    async def _until(self, acked: int) -> None:
        async with asyncio.timeout(PATIENCE):
            while len(self._acked) < acked:
                self._news.clear()
                await self._news.wait()
