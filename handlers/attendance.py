"""``/api/lessons/{id}/attendance/`` (contract 3.3)."""

from typing import Literal

from handlers.base import ApiHandler
from handlers.operations import Query, operation
from rtserver.errors import BadRequest, Forbidden
from rtserver.rooms.attendance import AttendanceView

CSV = "text/csv"
FORMAT = Query("format", "As CSV, a row a stay.", Literal["csv"])


class AttendanceHandler(ApiHandler):
    @operation(
        "its tutors, admins, Api-Keys",
        {200: AttendanceView},
        query=(FORMAT,),
        errors=(Forbidden,),
        media=f"application/json, {CSV}",
    )
    async def get(self, lesson_id: str) -> None:
        """Read who was in a lesson's room, and when.

        One stay however many devices; `seconds` count between the lesson's start and
        end. Who isn't a member any more is there too.
        """
        id, wanted = self.path_id(lesson_id), self.query("format")
        if wanted not in (None, "csv"):
            raise BadRequest.at("format", "must be csv, or left out for JSON")
        attendance = self.services.rooms.attendance
        if wanted is None:
            self.reply(await attendance.of_lesson(self.actor, id))
            return
        table = await attendance.table(self.actor, id)
        self.set_header("Content-Type", f"{CSV}; charset=utf-8")
        name = f"attendance-{id}.csv"
        self.set_header("Content-Disposition", f'attachment; filename="{name}"')
        self.finish(table)
