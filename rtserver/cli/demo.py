"""``rtserver demo``: make the demo school, and say how to get in."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec

from rtserver.checks.plaintext import is_here
from rtserver.cli.console import table
from rtserver.cli.context import Context
from rtserver.cli.demo_school import (
    School,
    ensure_school,
    lesson_of,
    listener,
    speaker,
)
from rtserver.cli.tokens import issue
from rtserver.cli.users import ADMIN
from rtserver.services import Services
from rtserver.settings.server_url import public_url
from rtserver.views import LessonView, UserView

PAGES = """Pages of another address, such as a dev server's, are let in by its name;
make run lets in all of this machine:
RTSERVER_SERVER_ALLOWED_ORIGINS='http://localhost:*' rtserver serve"""


class Access(msgspec.Struct):
    """A tutor's token, a command that posts a message with it, and links.

    ``links`` open the page signed in, by the names of those whom they sign in.
    """

    user: UserView
    token: str
    expires_at: str
    curl: str | None
    links: dict[str, str]


async def demo(context: Context, services: Services) -> None:
    """Make the demo school unless it is there, and print logins and a token."""
    school = await ensure_school(services)
    server = services.settings.server
    # Port 0 is a free one, which only the server's log tells.
    url = context.args.base_url or public_url(server, server.port or "PORT")
    access = await _access(services, school, url.rstrip("/"))
    text = _text(school, url, access, services.settings.outbox_dir)
    context.console.answer(_value(school, url, access), text)


async def _access(services: Services, school: School, url: str) -> Access | None:
    """Return a token of the longest life; None where this server would refuse it."""
    auth = services.settings.auth
    tutor = speaker(school)
    if "HS256" not in auth.algorithms or not tutor.is_active:
        return None
    user = await services.accounts.users.get(ADMIN, tutor.id)
    token, expires_at = await issue(services, user, auth.max_ttl)
    lesson = lesson_of(school, tutor)
    curl = _curl(url, token, lesson) if lesson else None
    links = await _links(services, school, tutor, url)
    return Access(tutor, token, expires_at, curl, links)


async def _links(
    services: Services, school: School, tutor: UserView, url: str
) -> dict[str, str]:
    """Return links for a tutor and a student; none where others might open them.

    The page takes such tokens at an address of its own machine alone.
    """
    host = urlsplit(url).hostname or ""
    if not services.settings.web.enabled or not is_here(host):
        return {}
    people = [tutor, *filter(None, [listener(school)])]
    links = {}
    for person in people:
        user = await services.accounts.users.get(ADMIN, person.id)
        token, _ = await issue(services, user, services.settings.auth.max_ttl)
        links[person.name] = f"{url}/#demo={token}"
    return links


def _curl(url: str, token: str, lesson: LessonView) -> str:
    body = f'{{"lesson_id": {lesson.id}, "text": "Hello from curl!"}}'
    return (
        f"curl -H 'Authorization: Bearer {token}' -H 'Content-Type: application/json'"
        f" -d '{body}' {url}/api/chat/messages/"
    )


def _value(school: School, url: str, access: Access | None) -> dict[str, Any]:
    people = [
        msgspec.structs.asdict(user) | {"password": school.password}
        for user in school.people
    ]
    return {
        "created": school.created,
        "url": url,
        "users": people,
        "invited": school.invited,
        "lessons": school.lessons,
        "token": access.token if access else None,
        "expires_at": access.expires_at if access else None,
        "curl": access.curl if access else None,
        "links": access.links if access else {},
    }


def _text(school: School, url: str, access: Access | None, outbox: Path) -> str:
    made = "is ready" if school.created else "is there already"
    rows = [(user.role, user.email, user.name) for user in school.people]
    password = school.password or "was changed; see rtserver user passwd"
    lessons = ", ".join(f"{lesson.id} {lesson.title}" for lesson in school.lessons)
    parts = [
        f"The demo school {made}: {url}",
        table(("ROLE", "E-MAIL", "NAME"), rows),
        f"Everybody's password: {password}\nLessons: {lessons}",
    ]
    if school.invited is not None:
        parts.append(
            f"{school.invited.email} is invited to choose a password: once the server "
            f"runs, the mail with the link lies in {outbox}"
        )
    if access is not None:
        parts.append(
            f"Token of {access.user.name}, until {access.expires_at}:\n{access.token}"
        )
        if access.curl is not None:
            parts.append(f"With the server running, post a message:\n{access.curl}")
        parts += [f"{name}'s page:\n{link}" for name, link in access.links.items()]
    parts.append(PAGES)
    return "\n\n".join(parts)
