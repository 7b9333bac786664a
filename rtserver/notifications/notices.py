"""Notify people, inside the transaction of whatever they are told of (contract 4)."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple, Protocol

import msgspec

from rtserver.callbacks import ignore
from rtserver.delivery.channels import notification_channel, notification_stream
from rtserver.delivery.messages import Publication
from rtserver.mail.events import GATHERED
from rtserver.views import Time
from store import notifications, outbox, preferences, users
from store.records import LessonRecord, NotificationRecord, UserRecord
from store.transaction import Transaction

_encode = msgspec.json.encode


class MailTexts(Protocol):
    """One who knows which events have a mail."""

    def locale_for(self, event: str, locale: str) -> str | None:
        """Return the language of one's mail about an event; None: there is none."""


class NotificationView(msgspec.Struct, frozen=True):
    """A notification on the wire (contract 3.4)."""

    id: int
    seq: int
    event: str
    data: msgspec.Raw
    created_at: Time
    read_at: Time | None


class Notice(NamedTuple):
    """One thing to tell one user; ``data`` is a JSON object.

    Calendar and templates show the ``lesson`` as it is now. About a message of it:
    ``chat_seq`` is where that was made, and ``is_read`` whether the user has read it.
    """

    user_id: int
    data: Mapping[str, Any] | msgspec.Raw
    lesson: LessonRecord | None = None
    chat_seq: int | None = None
    is_read: bool = False


class MadeNotification(NamedTuple):
    """A notification that was made; without a mail, ``reason`` says why."""

    user_id: int
    notification_id: int
    reason: str | None


class Notices:
    """The maker of notifications and their mails, published after the commit.

    Mails are held for ``hold`` seconds, in which the notification may arrive otherwise.
    ``mailed`` hears in the writer's thread, after the commit, for whom there are some,
    and ``made`` how many notifications of an event there are.
    """

    def __init__(
        self,
        texts: MailTexts,
        *,
        hold: float,
        chat_delay: float,
        mailed: Callable[[Collection[int]], None] = ignore,
        made: Callable[[str, int], None] = ignore,
    ) -> None:
        self._texts = texts
        self._hold = timedelta(seconds=hold)
        self._chat_delay = timedelta(seconds=chat_delay)
        self._mailed = mailed
        self._made = made

    def dispatch(
        self, tx: Transaction, event: str, notices: Sequence[Notice], *, now: datetime
    ) -> list[MadeNotification]:
        """Notify users who exist, several times if need be; in the order of notices."""
        if not notices:
            return []
        dispatch = _Dispatch(tx, event, notices, now)
        mails = self._mails(dispatch)
        made = _insert(dispatch, mails)
        for record in made:
            tx.emit(event_of(record))
        # Only then: the change may fail yet, or run a second time.
        tx.after_commit(lambda: self._made(event, len(made)))
        if mails:
            ids = frozenset(user_id for user_id, _ in mails)
            tx.after_commit(lambda: self._mailed(ids))
        return [
            MadeNotification(
                record.user_id, record.id, dispatch.reasons[record.user_id]
            )
            for record in made
        ]

    def _mails(self, dispatch: "_Dispatch") -> dict[tuple[int, int], int]:
        """Make the mails, and find those that gather; by user and lesson."""
        dispatch.reasons = self._reasons(dispatch)
        # One mail for all that one call says to a user about a lesson.
        wanted = {
            key: notice
            for key, notice in dispatch.firsts().items()
            if dispatch.reasons[notice.user_id] is None
        }
        gathering: dict[tuple[int, int], int] = {}
        # Of anything else each is worth a mail.
        if dispatch.event in GATHERED:
            gathering = outbox.waiting_about(dispatch.tx, dispatch.event, wanted)
        new = {key: wanted[key] for key in wanted if key not in gathering}
        rows = [self._row(dispatch, notice) for notice in new.values()]
        return gathering | outbox.insert_many(dispatch.tx, rows)

    def _reasons(self, dispatch: "_Dispatch") -> dict[int, str | None]:
        """Say for each user why they get no mail; None: they get one."""
        ids = sorted({notice.user_id for notice in dispatch.notices})
        people = users.by_ids(dispatch.tx, ids)
        off = preferences.switched_off(dispatch.tx, dispatch.event, ids)
        return {id: self._reason(dispatch.event, people.get(id), off) for id in ids}

    def _reason(
        self, event: str, user: UserRecord | None, off: Collection[int]
    ) -> str | None:
        if user is None or not user.is_active:
            return "inactive"
        # Before the preference: what has no mail can't be switched on either.
        if self._texts.locale_for(event, user.locale) is None:
            return "no_template"
        return "switched_off" if user.id in off else None

    def _row(self, dispatch: "_Dispatch", notice: Notice) -> dict[str, Any]:
        delay = self._chat_delay if dispatch.event in GATHERED else timedelta(0)
        return {
            "user": notice.user_id,
            "event": dispatch.event,
            "lesson_id": notice.lesson.id if notice.lesson else None,
            "data": _text(notice.data),
            "lesson": _snapshot(notice.lesson),
            # Until it is known whether the notification arrived without it.
            "held": True,
            "due_at": dispatch.now + max(delay, self._hold),
            "ready_at": dispatch.now + delay,
            "created_at": dispatch.now,
        }


class _Dispatch:
    """One call of ``Notices.dispatch``, with why which user gets no mail."""

    def __init__(
        self, tx: Transaction, event: str, notices: Sequence[Notice], now: datetime
    ) -> None:
        self.tx = tx
        self.event = event
        self.notices = notices
        self.now = now
        self.reasons: dict[int, str | None] = {}

    def firsts(self) -> dict[tuple[int, int], Notice]:
        """Return the first unread notice of each user and lesson."""
        firsts: dict[tuple[int, int], Notice] = {}
        for notice in self.notices:
            if not notice.is_read:
                firsts.setdefault(_key(notice), notice)
        return firsts


def event_of(record: NotificationRecord) -> Publication:
    """Return a notification's event on its user's channel."""
    return Publication(
        type=record.event,
        payload=_encode(view_of(record)),
        ts=record.created_at,
        channel=notification_channel(record.user_id),
        stream=notification_stream(record.user_id),
        seq=record.seq,
    )


def view_of(record: NotificationRecord) -> NotificationView:
    return NotificationView(
        id=record.id,
        seq=record.seq,
        event=record.event,
        data=msgspec.Raw(record.data.encode()),
        created_at=record.created_at,
        read_at=record.read_at,
    )


def _insert(
    dispatch: _Dispatch, mails: Mapping[tuple[int, int], int]
) -> list[NotificationRecord]:
    """Number and store the notifications, in the order of the notices."""
    counts = Counter(notice.user_id for notice in dispatch.notices)
    seqs = notifications.take_seqs(dispatch.tx, counts)
    # ``seqs`` has the last number of each; they count up to it.
    upcoming = {id: seqs[id] - count + 1 for id, count in counts.items()}
    places, rows = [], []
    for notice in dispatch.notices:
        seq = upcoming[notice.user_id]
        upcoming[notice.user_id] += 1
        places.append((notice.user_id, seq))
        rows.append(
            {
                "user": notice.user_id,
                "seq": seq,
                "event": dispatch.event,
                "data": _text(notice.data),
                "lesson_id": _key(notice)[1] or None,
                "chat_seq": notice.chat_seq,
                "created_at": dispatch.now,
                "read_at": dispatch.now if notice.is_read else None,
                "mail": None if notice.is_read else mails.get(_key(notice)),
            }
        )
    made = notifications.insert_many(dispatch.tx, rows)
    # The database may return the rows in another order.
    found = {(record.user_id, record.seq): record for record in made}
    return [found[place] for place in places]


def _key(notice: Notice) -> tuple[int, int]:
    # No lesson has the id 0.
    return notice.user_id, notice.lesson.id if notice.lesson else 0


def _text(data: Mapping[str, Any] | msgspec.Raw) -> str:
    # What came as JSON stays as it was written, byte for byte.
    raw = bytes(data) if isinstance(data, msgspec.Raw) else _encode(data)
    return raw.decode()


def _snapshot(lesson: LessonRecord | None) -> str | None:
    if lesson is None:
        return None
    # What calendar and templates need; the lesson may be gone when it is sent.
    fields = ("id", "title", "starts_at", "ends_at", "status", "sequence")
    return _encode({name: getattr(lesson, name) for name in fields}).decode()
