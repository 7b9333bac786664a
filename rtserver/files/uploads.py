"""Take files in: written down as they come, cleaned, kept (contract 3.6)."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import Final, ParamSpec, TypeVar

from rtserver import tasks
from rtserver.access import rights
from rtserver.access.actor import Actor
from rtserver.access.rights import Right
from rtserver.clock import Clock
from rtserver.errors import (
    LimitExceeded,
    TooLarge,
    Unavailable,
    UnsupportedMediaType,
    log_unexpected,
    to_error,
)
from rtserver.files.disk import on_disk
from rtserver.files.folder import Cleaned, FileFolder
from rtserver.files.kinds import KINDS
from rtserver.files.source import Malformed
from rtserver.files.under_way import UnderWay
from rtserver.files.upload import STEP, Kept, Upload, UploadRequest
from rtserver.metrics.registry import Metrics
from rtserver.settings.files import FilesSettings
from rtserver.views import file_view
from store import file_uploads, files, lessons, members
from store.database import Database
from store.errors import StoreError
from store.transaction import Transaction

log = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")

# An upload whose process says nothing for so long is over.
ALIVE: Final = timedelta(seconds=60)
RENEW_SECONDS: Final = 20.0
# Another process may be sharing out room: it is done in a moment.
_TRIES: Final = 100
_TRY_SECONDS: Final = 0.02
# So many may one user have: however small they are, to add them up takes time.
MAX_FILES: Final = 10_000

OTHER_BYTES = "These bytes aren't what Content-Type says: {}."


class Uploads:
    """All that is on its way in this process."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        folder: FileFolder,
        settings: FilesSettings,
        metrics: Metrics,
    ) -> None:
        self._db = db
        self._clock = clock
        self._folder = folder
        self._settings = settings
        self._ended = metrics.counter(
            "rtserver_uploads",
            "Uploads of files, by outcome: `kept`, `repeated` (there already), "
            "`broken_off` by their sender, or the code of an error.",
            ["outcome"],
        )
        for outcome in ("kept", "repeated", "broken_off"):
            self._ended.labels(outcome)
        self._kept_bytes = metrics.counter(
            "rtserver_upload_bytes", "Bytes of uploaded files that were kept."
        )
        self._live: dict[str, Upload] = {}
        self._under_way = UnderWay(settings.uploading_bytes)
        self._endings: set[asyncio.Task[None]] = set()

    async def begin(self, actor: Actor, asked: UploadRequest) -> Upload:
        """Check who asks and for what, and keep room for it."""
        try:
            return await self._begin(actor, asked)
        except Exception as error:
            self._ended.labels(to_error(error).code).inc()
            raise

    async def _begin(self, actor: Actor, asked: UploadRequest) -> Upload:
        self._check(actor, asked)
        upload = Upload(self, actor, asked)
        await self._under_way.enter(upload)
        try:
            return await self._keep_room(upload)
        except BaseException:
            self._under_way.leave(upload)
            raise

    def _check(self, actor: Actor, asked: UploadRequest) -> None:
        actor.require_user()
        if asked.type not in self._settings.types:
            taken = ", ".join(self._settings.types)
            raise UnsupportedMediaType(f"Files of these types are taken: {taken}.")
        self.check_size(asked.length or 0)

    async def _keep_room(self, upload: Upload) -> Upload:
        length = upload.asked.length
        if length is None:
            await self.reserve(upload, 1, STEP)
        else:
            await self.reserve(upload, length, length)
        self._live[upload.id] = upload
        return upload

    def check_size(self, size: int) -> None:
        """Refuse what is too large for a file."""
        if size > self._settings.max_bytes:
            raise TooLarge(f"A file may have {self._settings.max_bytes} bytes.")

    async def reserve(self, upload: Upload, least: int, size: int) -> None:
        """Keep room for ``size`` bytes, or less if there is less.

        ``LimitExceeded`` if there is less than ``least``.
        """
        size = min(size, self._settings.max_bytes)
        for _ in range(_TRIES):
            kept = await self._db.write(
                self._reserve, upload, least, size, lessons=[upload.asked.lesson_id]
            )
            if kept is not None:
                upload.reserved = kept
                return
            await asyncio.sleep(_TRY_SECONDS)
        raise Unavailable()

    async def append(self, upload: Upload, data: bytes) -> None:
        await _write_down(self._folder.append, upload.id, data, upload.written)

    async def keep(self, upload: Upload) -> Kept:
        """Clean and keep what came."""
        cleaned = await self._clean(upload)
        await _write_down(self._folder.keep, upload.id)
        try:
            kept = await self._db.write(
                self._keep,
                upload,
                cleaned,
                lessons=[upload.asked.lesson_id],
                users=[upload.actor.require_user()],
            )
        except StoreError:
            # It may be committed all the same; if not, its bytes are swept away.
            upload.is_in_doubt = True
            raise
        self._forget(upload)
        self._ended.labels("kept" if kept.created else "repeated").inc()
        if kept.created:
            self._kept_bytes.inc(cleaned.bytes)
        else:
            with suppress(Unavailable):  # else it is swept away
                await on_disk(self._folder.remove, [upload.id])
        return kept

    async def drop(self, upload: Upload, outcome: str) -> None:
        """Remove what came of an upload, and give its room back."""
        self._forget(upload)
        self._ended.labels(outcome).inc()
        if upload.is_in_doubt:
            return
        with suppress(Unavailable, StoreError):  # else it is swept away
            await on_disk(self._folder.remove, [upload.id])
            await self._db.write(file_uploads.end, upload.id)

    def leave(self, upload: Upload) -> None:
        """Give an upload up whose sender has gone, behind the caller's back."""
        task = asyncio.create_task(self._give_up(upload))
        self._endings.add(task)
        task.add_done_callback(self._endings.discard)

    async def run(self) -> None:
        """Say now and then that what is on its way is alive, until cancelled."""
        await tasks.every(RENEW_SECONDS, self.renew)

    async def renew(self) -> None:
        """Say that what is on its way is alive."""
        if self._live:
            until = self._clock.now() + ALIVE
            await self._db.write(file_uploads.renew, list(self._live), until)

    async def close(self) -> None:
        """Give up whatever is still on its way."""
        for upload in list(self._live.values()):
            self.leave(upload)
        await asyncio.gather(*self._endings)

    def _forget(self, upload: Upload) -> None:
        del self._live[upload.id]
        self._under_way.leave(upload)

    async def _give_up(self, upload: Upload) -> None:
        try:
            await upload.give_up()
        except Exception as error:
            log_unexpected(log, error, "giving an upload up")

    async def _clean(self, upload: Upload) -> Cleaned:
        kind = KINDS[upload.asked.type]
        try:
            return await _write_down(self._folder.clean, upload.id, kind)
        except Malformed as error:
            raise UnsupportedMediaType(OTHER_BYTES.format(error)) from None

    def _reserve(
        self, tx: Transaction, upload: Upload, least: int, size: int
    ) -> int | None:
        """Keep room; return how much, or None if somebody else is about it."""
        self._authorize(tx, upload)
        if not file_uploads.alone(tx):
            return None
        now, lesson_id = self._clock.now(), upload.asked.lesson_id
        taken = partial(file_uploads.taken, tx, now, besides=upload.id)
        in_lesson = self._settings.lesson_bytes - taken(lesson_id=lesson_id)
        if in_lesson < least:
            raise LimitExceeded("The lesson has no room for this file: delete others.")
        in_school = self._settings.school_bytes - taken()
        if in_school < least:
            raise LimitExceeded("The school has no room for further files.")
        self._require_room_of(tx, upload, least)
        size = min(size, in_lesson, in_school)
        file_uploads.reserve(
            tx, upload.id, lesson_id=lesson_id, size=size, until=now + ALIVE
        )
        return size

    def _keep(self, tx: Transaction, upload: Upload, cleaned: Cleaned) -> Kept:
        self._authorize(tx, upload)
        if not file_uploads.end(tx, upload.id):
            raise Unavailable()  # another process took this one for dead
        asked = upload.asked
        file = {
            "id": upload.id,
            "lesson": asked.lesson_id,
            "user": upload.actor.user_id,
            "purpose": asked.purpose,
            "name": asked.name,
            "type": asked.type,
            "created_at": self._clock.now(),
            **cleaned._asdict(),
        }
        twin = files.unused_twin(tx, file)
        if twin is not None:
            return Kept(file_view(twin), created=False)
        self._require_room_of(tx, upload, cleaned.bytes)
        return Kept(file_view(files.insert(tx, file)), created=True)

    def _require_room_of(self, tx: Transaction, upload: Upload, size: int) -> None:
        """Refuse what would be too much of one user's, over all lessons."""
        count, taken = files.room_of_user(tx, upload.actor.require_user())
        if count >= MAX_FILES or taken + size > self._settings.user_bytes:
            raise LimitExceeded("You have no room for further files: delete others.")

    def _authorize(self, tx: Transaction, upload: Upload) -> None:
        lesson_id, user_id = upload.asked.lesson_id, upload.actor.require_user()
        member = members.acting(tx, lesson_id, user_id)
        for_board = upload.asked.purpose == "board"
        right = Right.DRAW_BOARD if for_board else Right.UPLOAD_TO_CHAT
        rights.require(upload.actor, lessons.get(tx, lesson_id), member, right)


async def _write_down(call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Do what takes an upload further; ``Unavailable`` if that can't be done now."""
    try:
        return await on_disk(call, *args, **kwargs)
    except FileNotFoundError:
        # The folder is gone, or another process took this upload for dead.
        raise Unavailable() from None
