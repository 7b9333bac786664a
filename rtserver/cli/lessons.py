"""``rtserver lesson …``: lessons, and who is in them."""

from datetime import datetime
from pathlib import Path

from msgspec import UNSET

from rtserver.archive.chat_page import Reader
from rtserver.cli.console import UsageError, table
from rtserver.cli.context import Context, Failed
from rtserver.cli.times import by_school_clock
from rtserver.cli.users import ADMIN, PAGE, find
from rtserver.clock import rfc3339
from rtserver.errors import NotFound
from rtserver.lessons.requests import (
    Invitation,
    LessonBody,
    LessonPatch,
    MemberPatch,
    Role,
)
from rtserver.lessons.service import LessonFilter
from rtserver.services import Services
from rtserver.views import LessonView

HEADS = ("ID", "STARTS", "ENDS", "STATUS", "CHAT", "MEMBERS", "TITLE")
_PLACE = ("role", "state", "board")


async def add(context: Context, services: Services) -> None:
    """Add a lesson whose members have all accepted."""
    args = context.args
    tutors = await _members_as(services, "tutor", args.tutors)
    students = await _members_as(services, "student", args.students)
    body = LessonBody(
        title=args.title,
        starts_at=_moment(context, services, args.starts),
        ends_at=_moment(context, services, args.ends),
        chat=args.chat or UNSET,
        members=tutors + students,
    )
    lesson = await services.lessons.create(ADMIN, body)
    text = f"Added lesson {lesson.id}, {lesson.title}; members: {_members(lesson)}."
    context.console.answer(lesson, text)


async def _members_as(
    services: Services, role: Role, names: list[str]
) -> list[Invitation]:
    people = [await find(services, name) for name in names]
    return [Invitation(user_id=user.id, role=role, state="accepted") for user in people]


async def cancel(context: Context, services: Services) -> None:
    """Cancel a lesson: its members are told, and it can only be read."""
    lesson = await _lesson(context, services)
    await services.lessons.cancel(ADMIN, lesson.id)
    text = f"Cancelled lesson {lesson.id}, {lesson.title}."
    context.console.answer(await _lesson(context, services), text)


async def move(context: Context, services: Services) -> None:
    """Move a lesson; without a new end it stays as long as it was."""
    lesson, args = await _lesson(context, services), context.args
    starts = _moment(context, services, args.starts)
    if args.ends is None:
        ends = starts + (lesson.ends_at - lesson.starts_at)
    else:
        ends = _moment(context, services, args.ends)
    body = LessonPatch(starts_at=starts, ends_at=ends)
    moved = await services.lessons.patch(ADMIN, lesson.id, body)
    times = f"{rfc3339(moved.starts_at)} to {rfc3339(moved.ends_at)}"
    context.console.answer(moved, f"Moved lesson {moved.id}, {moved.title}: {times}.")


async def member(context: Context, services: Services) -> None:
    """Add somebody to a lesson, change their place in it, or take them out."""
    lesson, args = await _lesson(context, services), context.args
    user = await find(services, args.user)
    is_member = any(one.user_id == user.id for one in lesson.members)
    if args.remove:
        await _remove(context, services, user.id, is_member=is_member)
    elif is_member:
        given = {name: value for name in _PLACE if (value := getattr(args, name))}
        await services.members.change(ADMIN, lesson.id, user.id, MemberPatch(**given))
    else:
        await _place(context, services, user.id)
    now = await _lesson(context, services)
    text = f"Lesson {now.id}, {now.title}; members: {_members(now)}."
    context.console.answer(now, text)


async def _place(context: Context, services: Services, user_id: int) -> None:
    args = context.args
    if not args.role:
        raise UsageError(f"User {user_id} isn't in the lesson yet: give --role, too.")
    asked = Invitation(
        user_id=user_id,
        role=args.role,
        state=args.state or "accepted",
        board=args.board or UNSET,
    )
    await services.members.invite(ADMIN, args.lesson, asked)


async def _remove(
    context: Context, services: Services, user_id: int, *, is_member: bool
) -> None:
    args = context.args
    if any(getattr(args, name) for name in _PLACE):
        raise UsageError("--remove goes with nothing else.")
    if not is_member:
        raise Failed(f"User {user_id} isn't in lesson {args.lesson}.")
    await services.members.remove(ADMIN, args.lesson, user_id)


async def _lesson(context: Context, services: Services) -> LessonView:
    lesson_id = context.args.lesson
    try:
        return await services.lessons.get(ADMIN, lesson_id)
    except NotFound:
        raise Failed(
            f"There is no lesson {lesson_id}; see rtserver lesson list."
        ) from None


def _moment(context: Context, services: Services, typed: datetime) -> datetime:
    """Return a time as it was typed; say which clock it is by, if nobody said."""
    zone = services.settings.notifications.timezone
    moment = by_school_clock(typed, zone)
    if typed.tzinfo is None:
        context.console.tell(
            f"{typed:%Y-%m-%dT%H:%M} is taken for {zone} ([notifications] timezone): "
            f"{rfc3339(moment)}"
        )
    return moment


async def export(context: Context, services: Services) -> None:
    """Write a lesson's archive, for whoever runs the server."""
    lesson, file = await _lesson(context, services), Path(context.args.file)
    settings = services.settings.notifications
    reader = Reader(settings.locale, settings.timezone)
    try:
        size = await services.archives.write(lesson.id, file, reader)
    except FileExistsError:
        raise Failed(f"{file} is there already: choose another name.") from None
    except OSError as error:
        place, reason = Path(error.filename or file), error.strerror
        if place != file:
            told = f"{place} can't be read ({reason}), so {file} isn't written"
            raise Failed(f"{told}: see rtserver check.") from None
        raise Failed(f"{file} can't be written: {reason}.") from None
    value = {"file": str(file), "lesson_id": lesson.id, "bytes": size}
    context.console.answer(value, f"Wrote {file}: {size} bytes.")


async def show_all(context: Context, services: Services) -> None:
    """List all lessons by their start."""
    found = await every_lesson(services)
    rows = [
        (
            lesson.id,
            rfc3339(lesson.starts_at),
            rfc3339(lesson.ends_at),
            lesson.status,
            lesson.chat,
            _members(lesson),
            lesson.title,
        )
        for lesson in found
    ]
    context.console.answer(found, table(HEADS, rows))


async def every_lesson(services: Services) -> list[LessonView]:
    """Return all lessons by their start."""
    page = await services.lessons.list(ADMIN, LessonFilter(), limit=PAGE)
    found = page.results
    while page.next:
        page = await services.lessons.list(
            ADMIN, LessonFilter(), cursor=page.next, limit=PAGE
        )
        found += page.results
    return found


def _members(lesson: LessonView) -> str:
    return ", ".join(str(member.user_id) for member in lesson.members) or "nobody"
