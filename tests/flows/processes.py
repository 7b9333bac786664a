"""Several servers on one PostgreSQL and one Redis, inside one test."""

from typing import Any

import redis

from tests.app_fixtures import MakeSchool
from tests.client import Socket
from tests.school import School, until
from tests.services import Redis

STATUS = "status:users"
# People are gone soon, and outages short, so that a test is.
TIMES = {
    "presence_leave_grace": 0.2,
    "presence_heartbeat": 2,
    "presence_ttl": 2,
    "limits_commands_per_second": 1000,
    "limits_commands_burst": 2000,
}


class Processes:
    """Starts servers that share ``database`` and ``redis``."""

    def __init__(self, make_school: MakeSchool, database: str, redis: Redis) -> None:
        self.database = database
        self.redis = redis
        self.schools: list[School] = []
        self._make = make_school

    async def start(self, count: int, **overrides: Any) -> list[School]:
        for _ in range(count):
            settings = {**TIMES, "redis_url": self.redis.url, **overrides}
            self.schools.append(await self._make(self.database, **settings))
        return self.schools

    async def lesson(self) -> tuple[int, int, int]:
        """Make a tutor, a student and their lesson."""
        school = self.schools[0]
        olena = await school.person("Olena", "tutor")
        taras = await school.person("Taras")
        return olena, taras, await school.lesson(tutors=[olena], students=[taras])

    async def watching(self, school: School, user_id: int) -> Socket:
        """Open a socket that is subscribed to everybody's status."""
        socket = await school.connect(user_id)
        await until(lambda: user_id in school.services.presence.register.everyone())
        await socket.call("subscribe", STATUS)
        return socket

    async def settled(self, topic: str) -> None:
        """Wait until every process hears of a topic from the others."""
        with redis.Redis.from_url(self.redis.url) as client:
            [channel] = self._channels(client, topic)

            def followers() -> int:
                [(_, count)] = client.pubsub_numsub(channel)
                return int(count)

            await until(lambda: followers() == len(self.schools))

    async def follow(self, pattern: str, *topics: str) -> None:
        """Wait until the processes hear of just these topics among such ones."""
        with redis.Redis.from_url(self.redis.url) as client:

            def followed() -> set[str]:
                names = client.pubsub_channels(*self._channels(client, pattern))
                return {name.decode() for name in names}

            expected = set(self._channels(client, *topics))
            await until(lambda: followed() == expected)

    def _channels(self, client: redis.Redis, *topics: str) -> list[str]:
        """Name the channels of topics, which all databases of a Redis share."""
        prefix = self.schools[0].services.settings.redis.prefix
        database = client.connection_pool.connection_kwargs.get("db") or 0
        return [f"{prefix}:{database}:bus:{topic}" for topic in topics]


def numbers(events: list[dict[str, Any]]) -> list[tuple[int, str]]:
    """Return the seq and text of messages."""
    return [(event["seq"], event["payload"]["text"]) for event in events]
