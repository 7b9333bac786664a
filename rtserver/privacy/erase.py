"""Erase a person, as ``docs/privacy.md`` says.

The row of their account stays as a tombstone, since messages and numbers refer to it.
All is done in short changes, each of which may be made twice: an erasure that was cut
off is taken up again by another call. Servers learn of it as of any change by the
command line: by comparing their streams with the database.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import msgspec

from rtserver.access import changes as access
from rtserver.accounts.tombstone import NAME, address_of
from rtserver.chat.held import refuse
from rtserver.clock import Clock
from rtserver.errors import Unavailable
from rtserver.privacy import mail_files
from rtserver.privacy import quoted_names as quotes
from rtserver.privacy.leave_lessons import leave
from rtserver.privacy.redaction import Redaction
from rtserver.settings.model import NotificationsSettings
from store import attendance, erasure, files, held_messages, person
from store.database import Database
from store.records import UserRecord
from store.transaction import Transaction

SLICE = 100
LESSONS = 20
# Between two slices, so that a running server's changes get their turn.
PAUSE = 0.02
# For so long a mail that is being sent is waited for: its sender notes how that went.
SENDING_SECONDS = 90.0


@dataclass(slots=True)
class Erased:
    """The result of an erasure, in numbers: ``files`` are mails, ``uploads`` files.

    ``kept_in`` are lessons that have no other tutor, ``titles`` those whose title has
    the person's name.
    """

    id: int
    messages: int = 0
    held_messages: int = 0
    board_changes: int = 0
    notifications: int = 0
    mails: int = 0
    files: int = 0
    uploads: int = 0
    quotes: int = 0
    lessons: int = 0
    kept_in: list[int] = field(default_factory=list)
    titles: list[int] = field(default_factory=list)


class Eraser:
    """The erasure of people, who have to be deactivated before.

    ``folder`` is that of the mails which are written to files. ``purge`` removes the
    bytes of the pictures and documents that were deleted.
    """

    def __init__(
        self,
        db: Database,
        clock: Clock,
        *,
        defaults: NotificationsSettings,
        folder: Path,
        purge: Callable[[], Awaitable[None]],
        sending: float = SENDING_SECONDS,
    ) -> None:
        self._db = db
        self._clock = clock
        self._defaults = defaults
        self._folder = folder
        self._purge = purge
        self._sending = timedelta(seconds=sending)

    async def erase(self, user: UserRecord) -> Erased:
        """Erase a person; a second time is harmless.

        The account goes after all that is found by its name.
        """
        redaction, done = Redaction(user), Erased(user.id)
        mail_ids = set(await self._db.read(erasure.mail_ids, user.id))
        await self._until_nothing_is_sent(user.id)
        places = await self._db.read(erasure.memberships, user.id)
        done.titles = await self._titles(redaction)
        await self._clean_quotes(redaction, done, mail_ids)
        await self._delete_files(redaction, mail_ids, done)
        now = self._clock.now()
        await self._db.write(self._forget, user.id, redaction, now, users=[user.id])
        # Locks the lessons: who was writing or drawing there is done by then.
        await self._leave_lessons(user.id, places, done)
        await self._erase_own(user.id, done)
        # Before the messages that name them, whose end is theirs, too: all are counted.
        await self._discard_uploads(user.id, done)
        await self._bury_messages(user.id, done)
        await self._withdraw_held(user.id, done)
        await self._take_off_boards(user.id, done)
        # What was under way when the name was still there. All is looked at, since
        # what another process commits last may have had a low id for a while.
        await self._clean_quotes(redaction, done, mail_ids)
        await self._delete_files(redaction, mail_ids, done)
        return done

    async def _until_nothing_is_sent(self, user_id: int) -> None:
        until = self._clock.now() + self._sending
        while await self._db.read(erasure.mails_being_sent, user_id, self._clock.now()):
            if self._clock.now() > until:
                raise Unavailable("A mail to them is being sent: try again later.")
            await asyncio.sleep(0.2)

    async def _titles(self, redaction: Redaction) -> list[int]:
        """Return the lessons whose title has the name, also those that they left."""
        found: list[int] = []
        after = 0
        while titles := await self._db.read(erasure.titles, after, quotes.PAGE):
            found += [id for id, title in titles.items() if redaction.names(title)]
            after = max(titles)
        return found

    async def _clean_quotes(
        self, redaction: Redaction, done: Erased, mail_ids: set[int]
    ) -> None:
        """Clean what others were told of the person; collect the mails that told it."""
        for table in quotes.TABLES:
            find = partial(quotes.find, table=table, redaction=redaction)
            after = 0
            while found := await self._db.read(find, user_id=done.id, after=after):
                after = found.reached
                mail_ids |= found.mail_ids
                await self._store_quotes(table, found.changed, done)

    async def _store_quotes(
        self, table: quotes.Table, changed: list[erasure.Quote], done: Erased
    ) -> None:
        for start in range(0, len(changed), quotes.WRITTEN):
            some = changed[start : start + quotes.WRITTEN]
            await self._db.write(table.store, some)
            done.quotes += len(some)
            await asyncio.sleep(PAUSE)

    async def _delete_files(
        self, redaction: Redaction, mail_ids: set[int], done: Erased
    ) -> None:
        done.files += await asyncio.to_thread(
            mail_files.delete_about, self._folder, redaction, mail_ids
        )

    async def _erase_own(self, user_id: int, done: Erased) -> None:
        """Delete what this person was told, and when they were where."""
        await self._repeat(lambda: self._db.write(_delete_attendance, user_id))
        done.notifications = await self._repeat(
            lambda: self._db.write(_delete_notifications, user_id, users=[user_id])
        )
        done.mails = await self._delete_mails(user_id)
        # A worker may have taken one just before.
        await self._until_nothing_is_sent(user_id)
        done.mails += await self._delete_mails(user_id)

    async def _delete_mails(self, user_id: int) -> int:
        return await self._repeat(
            lambda: self._db.write(
                _delete_mails, user_id, self._clock.now(), users=[user_id]
            )
        )

    async def _bury_messages(self, user_id: int, done: Erased) -> None:
        after = 0
        while rows := await self._db.read(erasure.written, user_id, after, SLICE):
            after = rows[-1]["id"]
            ids = [row["id"] for row in rows]
            lesson_ids = {row["lesson"] for row in rows}
            done.messages += await self._db.write(_bury, ids, lessons=lesson_ids)
            await asyncio.sleep(PAUSE)

    async def _withdraw_held(self, user_id: int, done: Erased) -> None:
        after = 0
        while rows := await self._db.read(held_messages.written, user_id, after, SLICE):
            after = rows[-1].id
            ids, now = [held.id for held in rows], self._clock.now()
            lesson_ids = {held.lesson_id for held in rows}
            done.held_messages += await self._db.write(
                _withdraw, ids, now, lessons=lesson_ids
            )
            await asyncio.sleep(PAUSE)

    async def _discard_uploads(self, user_id: int, done: Erased) -> None:
        """Delete the files that this person has uploaded, those on boards too."""
        places = await self._db.read(files.lessons_with_files_of, user_id)
        for lesson_id, ids in places.items():
            done.uploads += await self._db.write(
                files.discard, ids, lessons=[lesson_id]
            )
            await asyncio.sleep(PAUSE)
        await self._purge()

    async def _take_off_boards(self, user_id: int, done: Erased) -> None:
        for lesson_id in await self._db.read(person.drawn_in, user_id):
            anonymize = partial(self._db.write, _drawn, user_id, lesson_id)
            done.board_changes += await self._repeat(anonymize)

    async def _leave_lessons(
        self, user_id: int, lesson_ids: list[int], done: Erased
    ) -> None:
        for start in range(0, len(lesson_ids), LESSONS):
            some = lesson_ids[start : start + LESSONS]
            now = self._clock.now()
            kept = await self._db.write(
                leave, user_id, some, now, lessons=some, users=[user_id]
            )
            done.kept_in += kept
            done.lessons += len(some) - len(kept)
            await asyncio.sleep(PAUSE)

    async def _repeat(self, change: Callable[[], Awaitable[int]]) -> int:
        """Make a change until there is nothing left to change; return the sum."""
        total = 0
        while number := await change():
            total += number
            await asyncio.sleep(PAUSE)
        return total

    def _forget(
        self, tx: Transaction, user_id: int, redaction: Redaction, now: datetime
    ) -> None:
        """Put a tombstone in the account's place, and tell every process."""
        address = address_of(user_id)
        values = {
            "email": address,
            "email_key": address,
            "name": NAME,
            "role": "student",
            "locale": self._defaults.locale,
            "timezone": self._defaults.timezone,
            "is_active": False,
            "password_hash": None,
            "revoked_at": now,
        }
        erasure.forget_account(tx, user_id, values)
        for seq, data in erasure.access_data(tx, user_id).items():
            clean = _nameless(redaction.json(data))
            if clean != data:
                erasure.set_access_data(tx, seq, clean)
        access.announce_names(tx, {user_id: NAME}, now=now)
        access.announce(tx, "user", user_id, now=now, data={"active": False})


def _nameless(data: str) -> str:
    """Replace the name in an access change, which may be an earlier one of theirs."""
    value = msgspec.json.decode(data)
    if "name" in value:
        value["name"] = NAME
    return msgspec.json.encode(value).decode()


def _delete_notifications(tx: Transaction, user_id: int) -> int:
    return erasure.delete_notifications(tx, user_id, SLICE)


def _delete_attendance(tx: Transaction, user_id: int) -> int:
    return attendance.delete_of_user(tx, user_id, SLICE)


def _delete_mails(tx: Transaction, user_id: int, now: datetime) -> int:
    return erasure.delete_mails(tx, user_id, now, SLICE)


def _bury(tx: Transaction, message_ids: list[int]) -> int:
    erasure.drop_client_ids(tx, message_ids)
    return erasure.bury_messages(tx, message_ids)


def _withdraw(tx: Transaction, held_ids: list[int], now: datetime) -> int:
    held_messages.drop_client_ids(tx, held_ids)
    return refuse(tx, held_ids, "withdrawn", now)


def _drawn(tx: Transaction, user_id: int, lesson_id: int) -> int:
    return erasure.drawn(tx, user_id, lesson_id, SLICE)
