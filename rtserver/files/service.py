"""Look at, list and delete files (contract 3.6)."""

import logging
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import msgspec

from rtserver.access import rights
from rtserver.access.actor import Actor
from rtserver.access.rights import Right
from rtserver.errors import Conflict, Forbidden, NotFound, Unavailable
from rtserver.files import access
from rtserver.files.disk import on_disk
from rtserver.files.removal import FileRemoval
from rtserver.input.cursors import decode_cursor, encode_cursor
from rtserver.views import LessonFileView, file_view
from store import files
from store.database import Database
from store.errors import StoreError
from store.transaction import Transaction

log = logging.getLogger(__name__)


# Has a message told anew that has lost a file: its id, and who deleted that.
LostFile = Callable[[Transaction, int, int], None]


class FilePage(msgspec.Struct, frozen=True):
    """A page of a lesson's files, newest first."""

    results: list[LessonFileView]
    next: str | None


class Files:
    """The files that are kept; ``removal`` sees to the bytes of those deleted."""

    def __init__(self, db: Database, removal: FileRemoval, lost: LostFile) -> None:
        self._db = db
        self._removal = removal
        self._lost = lost

    async def get(self, actor: Actor, file_id: str) -> LessonFileView:
        """Find a file that the actor may see."""
        return file_view((await self._db.read(access.visible, actor, file_id)).file)

    async def open(self, file_id: str) -> BinaryIO:
        """Open a file's bytes; ``NotFound`` if they are lost, or gone just now."""
        place = self._removal.folder.place(file_id)
        try:
            return await on_disk(_open, place)
        except FileNotFoundError:
            log.error("the bytes of a file are missing: rtserver check names it")
            raise NotFound() from None

    async def page(
        self, actor: Actor, lesson_id: int, *, cursor: str | None, limit: int
    ) -> FilePage:
        """List a lesson's files that the actor may see, newest first."""
        before = None if cursor is None else decode_cursor(cursor, "files", 1)[0]
        return await self._db.read(_page, actor, lesson_id, before, limit)

    async def visible(self, actor: Actor, file_ids: list[str]) -> list[str]:
        """Return those of some files that the actor may see."""
        return await self._db.read(_visible, actor, file_ids)

    async def delete(self, actor: Actor, file_id: str) -> None:
        """Delete a file, its bytes at once."""
        lesson_id = (await self.get(actor, file_id)).lesson_id
        await self._db.write(self._delete, actor, file_id, lessons=[lesson_id])
        self._db.forgetting.soon()
        try:
            await self._removal.purge()
        except (StoreError, Unavailable):
            self._removal.soon()  # it is deleted; its bytes go as soon as may be

    def _delete(self, tx: Transaction, actor: Actor, file_id: str) -> None:
        file, lesson, member = access.visible(tx, actor, file_id)
        rights.require(actor, lesson, member, Right.DELETE_FILES)
        if file.user_id != actor.user_id:
            rights.require(actor, lesson, member, Right.MODERATE_FILES)
        if file.held_id is not None:
            raise Conflict("A message that waits names it: withdraw or refuse that.")
        files.discard(tx, [file_id])
        if file.message_id is not None:
            self._lost(tx, file.message_id, actor.require_user())


def _open(place: Path) -> BinaryIO:
    return place.open("rb")


def _page(
    tx: Transaction, actor: Actor, lesson_id: int, before: int | None, limit: int
) -> FilePage:
    sees_all = access.sees_all(tx, actor, lesson_id)
    found = files.page(
        tx,
        lesson_id,
        user_id=actor.require_user(),
        all_of_them=sees_all,
        before=before,
        limit=limit + 1,
    )
    more = len(found) > limit
    return FilePage(
        results=[file_view(file) for file in found[:limit]],
        next=encode_cursor("files", found[limit - 1].number) if more else None,
    )


def _visible(tx: Transaction, actor: Actor, file_ids: list[str]) -> list[str]:
    found = []
    for file_id in file_ids:
        try:
            access.visible(tx, actor, file_id)
        except (Forbidden, NotFound):
            continue
        found.append(file_id)
    return found
