"""Notifications (contract 3.4): read, marked, wanted, and sent by platforms."""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

import msgspec
from msgspec import UNSET, UnsetType

from rtserver.access.actor import Actor
from rtserver.clock import Clock
from rtserver.errors import Forbidden, Invalid
from rtserver.input.cursors import decode_cursor, encode_cursor
from rtserver.mail.events import ACCOUNT_MAILS, EVENTS
from rtserver.mail.unsubscribe import MailSubscription, UnsubscribeLinks
from rtserver.notifications import reads
from rtserver.notifications.held import Connected
from rtserver.notifications.notices import (
    MadeNotification,
    Notice,
    Notices,
    NotificationView,
    view_of,
)
from rtserver.notifications.requests import (
    MAX_CHOSEN,
    NotificationBody,
    Preference,
    check_choosable,
    check_data,
    check_event,
    lesson_of,
)
from store import idempotency, lessons, notifications, preferences, users
from store.database import Database
from store.errors import ConstraintViolated
from store.transaction import Transaction


class KnownEvents(Protocol):
    """One who knows the events that have a mail."""

    def events(self) -> list[str]:
        """Return the events for which there is a mail."""


class NotificationsView(msgspec.Struct, frozen=True):
    """A page of notifications; ``unread`` counts all of the user's."""

    results: list[NotificationView]
    next: str | None
    unread: int


class DeliveryView(msgspec.Struct, frozen=True):
    """A notification and its way: ws, email, or none for a ``reason``."""

    user_id: int
    notification_id: int
    delivery: str
    reason: str | UnsetType = UNSET


class DeliveriesView(msgspec.Struct, frozen=True):
    """The notifications that a request made, in its order."""

    results: list[DeliveryView]


class Notifications:
    """A user's own notifications, and those that platforms send."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        notices: Notices,
        presence: Connected,
        templates: KnownEvents,
        links: UnsubscribeLinks,
    ) -> None:
        self._db = db
        self._clock = clock
        self._notices = notices
        self._presence = presence
        self._templates = templates
        self._links = links

    async def page(
        self, actor: Actor, *, unread: bool, cursor: str | None, limit: int
    ) -> NotificationsView:
        """Page through one's own notifications, newest first."""
        before = (
            None if cursor is None else decode_cursor(cursor, "notifications", 1)[0]
        )
        return await self._db.read(_page, actor.require_user(), unread, before, limit)

    async def read(self, actor: Actor, notification_id: int) -> None:
        """Mark one as read; a second time changes nothing."""
        user_id, now = actor.require_user(), self._clock.now()
        await self._db.write(
            reads.read_one, user_id, notification_id, now, users=[user_id]
        )

    async def read_all(self, actor: Actor) -> None:
        """Mark all as read that there are now."""
        user_id, now = actor.require_user(), self._clock.now()
        await self._db.write(reads.read_all, user_id, now, users=[user_id])

    async def preferences(self, actor: Actor) -> dict[str, Preference]:
        """Return for each event whether one gets mails about it."""
        chosen = await self._db.read(preferences.of_user, actor.require_user())
        return self._all(chosen)

    async def choose(
        self, actor: Actor, wanted: Mapping[str, Preference]
    ) -> dict[str, Preference]:
        """Change what one gets mails about; events left out stay as they are."""
        user_id = actor.require_user()
        check_choosable(wanted)
        chosen = {event: each.email for event, each in wanted.items()}
        return self._all(await self._db.write(_choose, user_id, chosen))

    async def send(self, actor: Actor, body: NotificationBody) -> msgspec.Raw:
        """Notify users on behalf of a platform; a repeated key gives its answer."""
        actor.require_manager()
        check_event(body.event)
        check_data(body.data)
        user_ids = list(dict.fromkeys(body.user_ids))
        here = await self._presence.connected(user_ids)
        now = self._clock.now()

        async def send() -> str:
            return await self._db.write(
                self._send, actor, body, user_ids, here, now, users=user_ids
            )

        try:
            answer = await send()
        except ConstraintViolated:
            # Another process has just answered the same key.
            answer = await send()
        return msgspec.Raw(answer.encode())

    def subscription(self, signed: str) -> MailSubscription:
        """Return what an unsubscribe link is about, or raise ``BadRequest``."""
        return self._links.read(signed)

    async def unsubscribe(self, signed: str) -> None:
        """End the mails that a link is about; again is harmless."""
        subscription = self._links.read(signed)
        await self._db.write(_unsubscribe, subscription)

    def _all(self, chosen: Mapping[str, bool]) -> dict[str, Preference]:
        mailed = (e for e in self._templates.events() if e not in ACCOUNT_MAILS)
        events = dict.fromkeys([*EVENTS, *mailed, *sorted(chosen)])
        return {event: Preference(chosen.get(event, True)) for event in events}

    def _send(
        self,
        tx: Transaction,
        actor: Actor,
        body: NotificationBody,
        user_ids: list[int],
        here: set[int] | None,
        now: datetime,
    ) -> str:
        _require_manager(tx, actor)
        key, owner = body.idempotency_key, actor.identity
        if key is not UNSET:
            known = idempotency.answer(tx, owner, key)
            if known is not None:
                return known
        _require_users(tx, body.user_ids)
        lesson_id = lesson_of(body.data)
        lesson = lessons.get(tx, lesson_id) if lesson_id else None
        notices = [Notice(id, body.data, lesson) for id in user_ids]
        told = self._notices.dispatch(tx, body.event, notices, now=now)
        results = [_delivery(one, here) for one in told]
        answer = msgspec.json.encode(DeliveriesView(results)).decode()
        if key is not UNSET:
            idempotency.keep(tx, owner, key, answer, now)
        return answer


def _delivery(told: MadeNotification, here: set[int] | None) -> DeliveryView:
    """Return which way a notification goes; nobody known to be away counts as here."""
    if here is None or told.user_id in here:
        route, reason = "ws", None
    else:
        route, reason = ("none" if told.reason else "email"), told.reason
    return DeliveryView(told.user_id, told.notification_id, route, reason or UNSET)


def _require_manager(tx: Transaction, actor: Actor) -> None:
    """Refuse also an admin who ceased to be one a moment ago."""
    if actor.user_id is None:
        return
    own = users.get(tx, actor.user_id)
    if own is None or own.role != "admin" or not own.is_active:
        raise Forbidden("This is for admins and integrating platforms.")


def _require_users(tx: Transaction, user_ids: list[int]) -> None:
    known = users.by_ids(tx, set(user_ids))
    for index, user_id in enumerate(user_ids):
        if user_id not in known:
            raise Invalid.at(f"user_ids[{index}]", "there is no such user")


def _page(
    tx: Transaction, user_id: int, unread: bool, before: int | None, limit: int
) -> NotificationsView:
    found = notifications.page(
        tx, user_id, unread=unread, before=before, limit=limit + 1
    )
    more = len(found) > limit
    return NotificationsView(
        results=[view_of(record) for record in found[:limit]],
        next=encode_cursor("notifications", found[limit - 1].seq) if more else None,
        unread=notifications.unread(tx, user_id),
    )


def _choose(
    tx: Transaction, user_id: int, chosen: Mapping[str, bool]
) -> dict[str, bool]:
    preferences.put(tx, user_id, chosen)
    kept = preferences.of_user(tx, user_id)
    if len(kept) > MAX_CHOSEN:
        raise Invalid(f"At most {MAX_CHOSEN} events can be chosen about, please.")
    return kept


def _unsubscribe(tx: Transaction, subscription: MailSubscription) -> None:
    if users.get(tx, subscription.user_id) is not None:
        preferences.put(tx, subscription.user_id, {subscription.event: False})
