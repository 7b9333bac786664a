"""Requests whose body is a file: written down as it comes, never whole in memory."""

import asyncio
from collections.abc import Awaitable
from contextlib import suppress
from typing import Final

import tornado.iostream

from handlers.base import ApiHandler
from handlers.problems import problem_of
from rtserver.edge.http_body import length_of
from rtserver.edge.http_exchange import exchange_of
from rtserver.edge.limits import DROPPED_BYTES
from rtserver.errors import RateLimited
from rtserver.files.upload import Kept, Upload, UploadRequest
from rtserver.limits import LeastPace

# The longest that an upload may take, however steadily it comes.
UPLOAD_SECONDS: Final = 3600.0
# An upload keeps the lesson's room for all of it, so all of it has to be there soon. It
# has to bring so many bytes a second: as that time asks for, within these bounds.
SOON_SECONDS: Final = 600.0
MIN_PACE: Final = 4096
MAX_PACE: Final = 32768
TOO_SLOW = "The upload is slower than {} bytes a second: try it again later."
SILENT = "Nothing more of the upload has come for long: try it again later."
# After so long a line may be better.
BETTER_SECONDS: Final = 30.0


def pace_of(length: int | None) -> int:
    """Return how many bytes a second an upload of so many has to bring."""
    return min(MAX_PACE, max(MIN_PACE, int((length or 0) / SOON_SECONDS)))


class UploadHandler(ApiHandler):
    """One whose ``POST`` takes a file, and which is brief otherwise.

    What is refused is answered at once, before the rest of the body, which is read
    and thrown away so that its sender gets to read the answer. ``upload_idle`` of the
    application's settings is how long a sender may say nothing, until they are told
    so, and once more until they are hung up on; for twice as long one may be too slow.
    """

    answers_in_pieces = True
    _upload: Upload | None = None
    _least_pace: LeastPace
    _turned_down = False
    _idle: asyncio.TimerHandle | None = None
    _telling: asyncio.Task[None] | None = None

    def upload_request(self) -> UploadRequest:
        """Read from the request what it brings."""
        raise NotImplementedError

    async def admit(self) -> None:
        await super().admit()
        if self.request.method != "POST":
            return
        asked = self.upload_request()
        self._upload = await self.services.files.uploads.begin(self.actor, asked)
        exchange_of(self).body_seconds = UPLOAD_SECONDS
        window = 2 * self.settings["upload_idle"]
        self._least_pace = LeastPace(pace_of(asked.length), window, self._now())
        self._wait_for_more()

    def max_body_bytes(self) -> int:
        if self.request.method == "POST":
            return self.services.settings.files.max_bytes
        return super().max_body_bytes()

    @property
    def declared_length(self) -> int | None:
        """Return how long the body is to be, if the request says so."""
        return (
            length_of(self.request.headers)
            if "Content-Length" in self.request.headers
            else None
        )

    def data_received(self, chunk: bytes) -> Awaitable[None] | None:
        if self._upload is not None:
            self._wait_for_more()
            return self._take(self._upload, chunk)
        super().data_received(chunk)
        if self._turned_down and self._body.size > DROPPED_BYTES:
            self._hang_up()
        return None

    async def turn_down(self, error: Exception) -> None:
        if self.request.method != "POST":
            await super().turn_down(error)
            return
        if self._turned_down:
            return
        if "Expect" in self.request.headers and not self._reads_body:
            raise error  # the body hasn't been asked for
        self._turned_down = True
        self._body.keep(0)
        self._wait_for_more()
        self.log_exception(type(error), error, error.__traceback__)
        body = self.problem(problem_of(error, 500))
        self.set_header("Connection", "close")
        self.set_header("Content-Length", len(body))
        self.write(body)
        with suppress(tornado.iostream.StreamClosedError):
            await self.flush()

    async def received(self) -> Kept | None:
        """Keep what came; None if it was turned down, which is told already."""
        if self._turned_down:
            self.finish()
            return None
        upload, self._upload = self._upload, None
        assert upload is not None
        self._stop_waiting()
        return await upload.finish()

    def on_finish(self) -> None:
        super().on_finish()
        self._leave()

    def on_connection_close(self) -> None:
        super().on_connection_close()
        self._leave()

    async def _take(self, upload: Upload, chunk: bytes) -> None:
        try:
            if not self._least_pace.came(self._now(), len(chunk)):
                told = TOO_SLOW.format(pace_of(upload.asked.length))
                raise RateLimited(BETTER_SECONDS, told)
            await upload.write(chunk)
            self._least_pace.wait(self._now())
        except Exception as error:
            self._leave()
            await self.turn_down(error)

    def _now(self) -> float:
        return self.services.clock.monotonic()

    def _leave(self) -> None:
        self._stop_waiting()
        upload, self._upload = self._upload, None
        if upload is not None:
            self.services.files.uploads.leave(upload)

    def _wait_for_more(self) -> None:
        self._stop_waiting()
        seconds = self.settings["upload_idle"]
        self._idle = asyncio.get_running_loop().call_later(seconds, self._silent)

    def _stop_waiting(self) -> None:
        if self._idle is not None:
            self._idle.cancel()

    def _silent(self) -> None:
        """Tell whoever sends no more; once they know, end it."""
        if self._turned_down:
            self._hang_up()
            return
        self._leave()
        told = self.turn_down(RateLimited(BETTER_SECONDS, SILENT))
        self._telling = asyncio.create_task(told)

    def _hang_up(self) -> None:
        """End the connection of whoever sends no more, or won't stop sending."""
        exchange_of(self).cut()
