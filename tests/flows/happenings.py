"""Each event of the server's own, made to happen in a running school."""

from datetime import timedelta
from typing import Any, NamedTuple

from tests.client import Socket
from tests.school import School

SHAPE = {"id": "r1", "version": 1, "x": 10}


class People(NamedTuple):
    """Olena tutors; Sofia reads English in London, Taras Ukrainian in Kyiv."""

    olena: int
    sofia: int
    taras: int

    @property
    def students(self) -> list[int]:
        return [self.sofia, self.taras]


async def people(school: School) -> People:
    """Make them."""
    found = People(
        await school.person("Olena", "tutor"),
        await school.person("Sofia"),
        await school.person("Taras"),
    )
    for id, locale, zone in (
        (found.sofia, "en", "Europe/London"),
        (found.taras, "uk", "Europe/Kyiv"),
    ):
        body = {"locale": locale, "timezone": zone}
        path = f"/api/users/{id}/"
        reply = await school.http("PATCH", path, await school.admin(), body)
        assert reply.status == 200, reply.text
    return found


async def lesson(school: School, who: People) -> int:
    """Make a lesson of all three."""
    return await school.lesson(tutors=[who.olena], students=who.students)


async def make(event: str, school: School, who: People) -> None:
    """Let it happen, by Olena where a tutor can."""
    await globals()[event.replace(".", "_")](school, who)


async def lesson_scheduled(school: School, who: People) -> None:
    await lesson(school, who)


async def lesson_rescheduled(school: School, who: People) -> None:
    id = await lesson(school, who)
    start = school.services.clock.now() + timedelta(days=1)
    times = {"starts_at": start, "ends_at": start + timedelta(hours=2)}
    body = {name: moment.isoformat() for name, moment in times.items()}
    await _ask(school, "PATCH", f"/api/lessons/{id}/", who.olena, body)


async def lesson_cancelled(school: School, who: People) -> None:
    id = await lesson(school, who)
    await _ask(school, "DELETE", f"/api/lessons/{id}/", who.olena)


async def lesson_reminder(school: School, who: People) -> None:
    id = await lesson(school, who)
    # A moment more than the interval: one that has begun reminds nobody.
    start = school.services.clock.now() + timedelta(seconds=900.3)
    times = {"starts_at": start, "ends_at": start + timedelta(hours=1)}
    body = {name: moment.isoformat() for name, moment in times.items()}
    await _ask(school, "PATCH", f"/api/lessons/{id}/", who.olena, body)


async def student_invited(school: School, who: People) -> None:
    id = await school.lesson(tutors=[who.olena])
    for student in who.students:
        body = {"user_id": student, "role": "student"}
        await _ask(school, "POST", f"/api/lessons/{id}/members/", who.olena, body)


async def tutor_accept(school: School, who: People) -> None:
    id = await lesson(school, who)
    petro = await school.person("Petro", "tutor")
    body = {"user_id": petro, "role": "tutor"}
    await _ask(school, "POST", f"/api/lessons/{id}/members/", who.olena, body)
    await _ask(school, "POST", f"/api/lessons/{id}/accept/", petro)


async def chat_message(school: School, who: People) -> None:
    id = await lesson(school, who)
    await school.say(who.olena, id, "Page 42, please: 2 < 3")


async def chat_held(school: School, who: People) -> None:
    id = await school.lesson(tutors=who.students, students=[who.olena])
    admin = await school.admin()
    moderated = {"chat": "moderated"}
    await school.http("PATCH", f"/api/lessons/{id}/", admin, moderated)
    body = {"lesson_id": id, "text": "May I?"}
    await _ask(school, "POST", "/api/chat/messages/", who.olena, body)


async def board_activity(school: School, who: People) -> None:
    id = await lesson(school, who)
    await draw(await drawing(school, who.olena, id), id)


async def drawing(school: School, user_id: int, lesson_id: int) -> Socket:
    """Open a socket that is on a board."""
    socket = await school.connect(user_id)
    await socket.call("subscribe", f"board:lesson:{lesson_id}")
    return socket


async def draw(socket: Socket, lesson_id: int, **more: Any) -> None:
    shape = SHAPE | more
    await socket.call("board.patch", f"board:lesson:{lesson_id}", elements=[shape])


async def _ask(
    school: School, method: str, path: str, user_id: int, body: Any = None
) -> None:
    reply = await school.http(method, path, school.token(user_id), body)
    assert reply.status < 300, reply.text
