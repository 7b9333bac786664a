"""Lessons for calendar programs (contract 4)."""

from types import MappingProxyType

from handlers.base import ApiHandler
from handlers.operations import operation
from handlers.users import ONESELF
from rtserver.errors import Forbidden, RateLimited
from rtserver.lessons.calendars import CalendarAddressView, CalendarFile, CalendarView

ADDRESS = {"signed": "q3Jx0cVt7mYb2sLwZfD8nRk5aHgE1uPiTo9vXeC4zMA"}


class MyCalendarHandler(ApiHandler):
    """``/api/users/me/calendar/``"""

    @operation(ONESELF, {200: CalendarView}, errors=(Forbidden,))
    async def get(self) -> None:
        """Return since when one's lessons have an address for calendar programs."""
        self.reply(await self.services.calendars.made_at(self.actor))

    @operation(ONESELF, {201: CalendarAddressView}, errors=(Forbidden,))
    async def post(self) -> None:
        """Make an address for one's calendar program; the one before ends.

        It needs no login, so keep it as you keep a password. It isn't shown again.
        """
        self.reply(await self.services.calendars.open(self.actor), 201)

    @operation(ONESELF, {204: None}, errors=(Forbidden,))
    async def delete(self) -> None:
        """End the address of one's calendar."""
        await self.services.calendars.close(self.actor)
        self.reply_nothing()


class CalendarHandler(ApiHandler):
    """The address itself, as calendar programs read it."""

    public = True
    placeholders = MappingProxyType({"signed": "[A-Za-z0-9._-]{1,400}"})

    @operation(
        "everyone with the address",
        {200: str},
        errors=(RateLimited,),
        at=ADDRESS,
        media="text/calendar",
    )
    async def get(self, signed: str) -> None:
        """Read somebody's lessons, from 90 days ago on, as iCalendar."""
        calendar = await self._read(signed)
        self.set_header("Content-Type", "text/calendar; charset=utf-8")
        self.set_header("Cache-Control", "private, no-cache")
        self.set_header("Content-Disposition", 'inline; filename="lessons.ics"')
        # Weak: whenever it is written, the same lessons count as the same.
        self.set_header("ETag", f'W/"{calendar.digest}"')
        if self.check_etag_header():
            self.set_status(304)
            self.finish()
        else:
            self.finish(calendar.body)

    async def _read(self, signed: str) -> CalendarFile:
        """Read the calendar, which counts for whose it is."""
        calendars, budgets = self.services.calendars, self.services.budgets
        user_id = await calendars.owner(signed)
        budgets.calendars.charge_user(user_id, 1)
        calendar = await calendars.read(signed)
        budgets.spend_calendar(user_id, calendar.lessons)
        return calendar
