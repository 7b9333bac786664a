"""A running school with one student all of whose traces are known by marks."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

from store import messages
from store.chunks import chunks
from store.models import Lesson
from store.transaction import Transaction
from tests.drawing import board, element
from tests.rtserver.cli_runs import Cli
from tests.school import SECRET, School, until

NAME = "Zorynamarker"
EMAIL = "zorynamarker@example.org"
TEXT = "sekretnyjtext"
MARKS = (NAME, TEXT)


class Marked(NamedTuple):
    school: School
    zoryna: int
    olena: int
    lesson: int

    @property
    def url(self) -> str:
        return str(self.school.settings.database_url.reveal())

    @property
    def zip(self) -> Path:
        """Where her export goes."""
        return Path(self.school.settings.server.data_dir) / "export.zip"

    @property
    def file(self) -> str:
        return str(self.zip)

    async def command(self, *argv: str, ok: bool = True) -> Any:
        """Run a command beside the server; give its JSON, or what it says it lacks."""
        settings = self.school.settings
        cli = Cli(
            Path(settings.server.data_dir).parent,
            database_url=self.url,
            redis_url=settings.redis.url.reveal(),
            auth_secret=SECRET,
        )
        done = await asyncio.to_thread(cli.run, *argv, "--json")
        assert (done.code == 0) == ok, done.err
        return done.value if ok else done.err

    async def erase(self) -> Any:
        return await self.command("user", "erase", str(self.zoryna), "--yes")

    async def traces_of(self, *user_ids: int) -> None:
        """Write, draw, read, notify: leave a mark wherever one can be left."""
        school, lesson, token = self.school, self.lesson, self.school.token(self.zoryna)
        first = await school.say(self.zoryna, lesson, f"{TEXT} 1", client_id=TEXT)
        for number in range(2, 8):
            await school.say(self.zoryna, lesson, f"{TEXT} {number} " + "x" * 3000)
        at = f"/api/chat/messages/{first['id']}/"
        await school.http("PATCH", at, token, {"text": f"{TEXT} edited"})
        await self._hold()
        await self._draw()
        await self._notify()

    async def write_much(self, count: int, start: int = 1) -> list[str]:
        """Have Zoryna write so many messages, in one go; give their texts."""
        texts = [f"{TEXT} {number}" for number in range(start, start + count)]
        now = self.school.services.clock.now()
        draft = {"lesson": self.lesson, "author": self.zoryna, "created_at": now}
        draft |= {"client_id": None, "sent_digest": None}
        drafts = [
            {**draft, "seq": seq, "text": text} for seq, text in enumerate(texts, start)
        ]

        def insert(tx: Transaction) -> None:
            for some in chunks(drafts):
                messages.insert_many(tx, some)
            last = start + count - 1
            tx.write(Lesson.update(chat_seq=last, notified_seq=last))

        await self.school.services.db.write(insert)
        return texts

    async def _hold(self) -> None:
        """Leave a message that a tutor is to see first."""
        school, path = self.school, f"/api/lessons/{self.lesson}/"
        tutor, mine = school.token(self.olena), school.token(self.zoryna)
        await school.http("PATCH", path, tutor, {"chat": "moderated"})
        body = {"lesson_id": self.lesson, "text": f"{TEXT} held", "client_id": "held"}
        held = await school.http("POST", "/api/chat/messages/", mine, body)
        assert held.status == 202, held.text
        await school.http("PATCH", path, tutor, {"chat": "open"})

    async def _draw(self) -> None:
        socket = await self.school.connect(self.zoryna)
        await socket.call("subscribe", board(self.lesson))
        elements = [element("a", text="hers"), element("b")]
        await socket.call("board.patch", board(self.lesson), elements=elements)
        await socket.call("subscribe", f"room:lesson:{self.lesson}")
        await socket.call("chat.read", lesson_id=self.lesson, seq=3)

    async def _notify(self) -> None:
        """Notify both: of each other, and with the name hidden in JSON's escapes."""
        school = self.school
        hidden = "".join(f"\\u{ord(letter):04x}" for letter in NAME)
        data = f'{{"pupil":"{hidden}","who":{{"id":{self.zoryna},"name":"Before"}}}}'
        for user_id in (self.olena, self.zoryna):
            raw = f'{{"event":"homework.graded","user_ids":[{user_id}],"data":{data}}}'
            await school.http(
                "POST", "/api/notifications/", await school.admin(), raw=raw.encode()
            )
        body = {"title": "Chess", **_times(school), "members": [self._guest()]}
        mine = school.token(self.zoryna)
        made = await school.http("POST", "/api/lessons/", mine, body)
        assert made.status == 201, made.text

    def _guest(self) -> dict[str, Any]:
        return {"user_id": self.olena, "role": "student"}

    async def mailed(self) -> None:
        """Wait until mails to both lie in the folder."""
        folder = self.school.settings.outbox_dir

        def there() -> bool:
            texts = [path.read_text() for path in folder.glob("*.eml")]
            return all(
                any(f"To: {who}" in text or f"<{who}>" in text for text in texts)
                for who in (EMAIL, "olena@example.org")
            ) and any("says" in text or NAME in text for text in texts)

        await until(there)


async def marked_school(school: School) -> Marked:
    """Make the people and their lesson; Zoryna is a tutor, to make lessons too."""
    zoryna = await school.person(NAME, "tutor", password="zoryna-password")
    olena = await school.person("Olena", "tutor")
    lesson = await school.lesson(tutors=[olena], students=[zoryna])
    return Marked(school, zoryna, olena, lesson)


def _times(school: School) -> dict[str, str]:
    now = school.services.clock.now()
    return {
        "starts_at": now.isoformat(),
        "ends_at": (now + timedelta(hours=1)).isoformat(),
    }
