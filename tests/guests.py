"""People who use the client of our own, and what they hear by it."""

from typing import Any

from rtserver_client import Backoff, Client
from tests.school import School
from tests.served import Served


class Guest:
    """A client of somebody's, and all that it heard."""

    def __init__(self, school: School | Served, user_id: int, **options: Any) -> None:
        self.heard: list[dict[str, Any]] = []
        self.reloads: list[Any] = []
        self.asked: list[bool] = []
        self.user_id = user_id
        self._school = school
        self.client = Client(
            school.url if isinstance(school, Served) else school.app.url,
            options.pop("token", self.token),
            on_reload=lambda *what: self.reloads.append(what),
            backoff=Backoff(0.02, 0.1),
            **options,
        )

    def token(self, fresh: bool) -> str:
        self.asked.append(fresh)
        return self._school.token(self.user_id)

    @property
    def seqs(self) -> list[int]:
        return [event["seq"] for event in self.heard if "seq" in event]

    async def on(self, channel: str, **start: Any) -> Any:
        """Connect, and subscribe to a channel."""
        subscription = self.client.subscribe(channel, self.heard.append, **start)
        await self.client.connect()
        await subscription.ready
        return subscription


async def lesson_of_two(school: School) -> tuple[int, int, int]:
    olena = await school.person("Olena", "tutor")
    taras = await school.person("Taras")
    lesson = await school.lesson(tutors=[olena], students=[taras])
    return olena, taras, lesson


def cut(school: School) -> None:
    """Have every connection end, as at a restart."""
    for client in list(school.services.clients):
        client.end(1012, "restarting")
