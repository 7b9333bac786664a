"""``rtserver lesson …``: lessons, and who is in them."""

from rtserver.cli.console import table
from rtserver.cli.context import Context
from rtserver.cli.users import ADMIN, PAGE, find
from rtserver.clock import rfc3339
from rtserver.lessons.requests import Invitation, LessonBody, Role
from rtserver.lessons.service import LessonFilter
from rtserver.services import Services
from rtserver.views import LessonView

HEADS = ("ID", "STARTS", "ENDS", "STATUS", "MEMBERS", "TITLE")


async def add(context: Context, services: Services) -> None:
    """Add a lesson whose members have all accepted."""
    args = context.args
    tutors = await _members_as(services, "tutor", args.tutors)
    students = await _members_as(services, "student", args.students)
    body = LessonBody(
        title=args.title,
        starts_at=args.starts,
        ends_at=args.ends,
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


async def show_all(context: Context, services: Services) -> None:
    """List all lessons by their start."""
    found = await every_lesson(services)
    rows = [
        (
            lesson.id,
            rfc3339(lesson.starts_at),
            rfc3339(lesson.ends_at),
            lesson.status,
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
