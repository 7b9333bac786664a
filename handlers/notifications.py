"""Notifications over HTTP (contract 3.4)."""

from types import MappingProxyType
from typing import Literal

from handlers.base import ApiHandler
from handlers.flags import flag
from handlers.operations import MANAGERS, Query, operation, page_of
from rtserver.errors import Forbidden
from rtserver.notifications.requests import NotificationBody, Preference, Preferences
from rtserver.notifications.service import DeliveriesView, NotificationsView

PEOPLE = "people, about themselves"
UNREAD = Query("unread", "`true`: only those not yet read.", Literal["true", "false"])
LINK = {"signed": "NDpjaGF0Lm1lc3NhZ2U.c2lnbmF0dXJl"}
NEW = {
    "event": "homework.graded",
    "user_ids": [4],
    "data": {"lesson_id": 1, "grade": 11},
    "idempotency_key": "grade-77",
}


class NotificationsHandler(ApiHandler):
    @operation(
        PEOPLE,
        {200: NotificationsView},
        errors=(Forbidden,),
        query=(UNREAD, *page_of("notifications")),
    )
    async def get(self) -> None:
        """List one's own notifications, newest first."""
        page = await self.services.notifications.service.page(
            self.actor,
            unread=flag(self, "unread"),
            cursor=self.query("cursor"),
            limit=self.page_size(),
        )
        self.reply(page)

    @operation(
        MANAGERS,
        {202: DeliveriesView},
        body=NotificationBody,
        errors=(Forbidden,),
        example=NEW,
    )
    async def post(self) -> None:
        """Notify users.

        `delivery` is the way it goes at this moment. The same `idempotency_key` again
        gives the same answer, and notifies nobody.
        """
        self.actor.require_manager()
        body = self.body(NotificationBody)
        self.reply(
            await self.services.notifications.service.send(self.actor, body), 202
        )


class ReadHandler(ApiHandler):
    @operation(PEOPLE, {204: None}, errors=(Forbidden,))
    async def post(self, notification_id: str) -> None:
        """Mark a notification as read."""
        id = self.path_id(notification_id)
        await self.services.notifications.service.read(self.actor, id)
        self.reply_nothing()


class ReadAllHandler(ApiHandler):
    @operation(PEOPLE, {204: None}, errors=(Forbidden,))
    async def post(self) -> None:
        """Mark all notifications as read."""
        await self.services.notifications.service.read_all(self.actor)
        self.reply_nothing()


class PreferencesHandler(ApiHandler):
    @operation(PEOPLE, {200: dict[str, Preference]}, errors=(Forbidden,))
    async def get(self) -> None:
        """Read which events one gets mails about."""
        self.reply(await self.services.notifications.service.preferences(self.actor))

    @operation(
        PEOPLE,
        {200: dict[str, Preference]},
        body=Preferences,
        errors=(Forbidden,),
        example={"chat.message": {"email": False}},
    )
    async def put(self) -> None:
        """Choose which events one gets mails about.

        The body names the events to change; the others stay as they are.
        """
        self.actor.require_user()
        wanted = self.body(Preferences)
        self.services.budgets.spend_choices(self.actor, len(wanted))
        self.reply(await self.services.notifications.service.choose(self.actor, wanted))


class UnsubscribeHandler(ApiHandler):
    """The address of a mail's ``List-Unsubscribe``, for programs and for people."""

    public = True
    placeholders = MappingProxyType({"signed": "[A-Za-z0-9._-]{1,400}"})

    @operation("everyone with the link", {200: str}, at=LINK, media="text/html")
    def get(self, signed: str) -> None:
        """Show a page with a button; changes nothing."""
        self.services.notifications.service.subscription(signed)
        self._show(done=False)

    @operation("everyone with the link", {200: str}, at=LINK, media="text/html")
    async def post(self, signed: str) -> None:
        """End mails of this kind (RFC 8058)."""
        await self.services.notifications.service.unsubscribe(signed)
        self._show(done=True)

    def _show(self, *, done: bool) -> None:
        page = self.services.notifications.pages.unsubscribe(
            self.request.headers.get("Accept-Language", ""), done=done
        )
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.set_header("Referrer-Policy", "no-referrer")
        self.set_header(
            "Content-Security-Policy",
            "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; "
            "base-uri 'none'; frame-ancestors 'none'",
        )
        self.finish(page)
