"""The scripts in Redis, each one step."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
import redis

from rtserver.presence.scripts import CONNECTED, SNAPSHOT, UPDATE

USERS, CHANNEL = "p", "p:told"
TTL, STALE, HOLD = 60_000, 30_000, 2000
Pairs = Sequence[tuple[int, str]]


class Scripts:
    """One process's calls, numbered, and what they published."""

    def __init__(self, client: "redis.Redis[Any]") -> None:
        self.client = client
        self._number = 0
        self._listener = client.pubsub(ignore_subscribe_messages=True)
        self._listener.subscribe(CHANNEL)

    def update(
        self, present: Pairs = (), left: Pairs = (), *, known: str = "", grace: int = 0
    ) -> tuple[str, int, int]:
        self._number += 1
        keys = [USERS, f"{USERS}:meta", f"{USERS}:node:1"]
        head = [CHANNEL, self._number, known, TTL, grace, STALE, HOLD, len(present)]
        pairs = [value for pair in (*present, *left) for value in pair]
        epoch, hold, more = self.client.eval(UPDATE, len(keys), *keys, *head, *pairs)
        return epoch.decode(), hold, more

    def snapshot(self) -> Any:
        return self.client.eval(SNAPSHOT, 2, USERS, f"{USERS}:meta")

    def connected(self, *users: int) -> list[int]:
        return [int(user) for user in self.client.eval(CONNECTED, 1, USERS, *users)]

    def told(self) -> list[tuple[int, list[int], list[int]]]:
        """Take what was published, as (version, online, offline)."""
        told = []
        while (message := self._next()) is not None:
            diff = json.loads(message["data"])
            told.append((diff["version"], diff["online"], diff["offline"]))
        return told

    def _next(self) -> Any:
        found = self._listener.get_message(timeout=0.2)
        # What confirms the subscription comes first, and counts as nothing.
        return found or self._listener.get_message(timeout=0.05)


@pytest.fixture
def scripts(redis_url: str) -> Iterator[Scripts]:
    with redis.Redis.from_url(redis_url) as client:
        yield Scripts(client)


def test_each_change_of_who_is_online_has_the_next_version(scripts: Scripts) -> None:
    scripts.update([(7, "phone"), (8, "laptop")])
    scripts.update([(7, "tablet")])
    scripts.update(left=[(8, "laptop")])

    assert scripts.told() == [(1, [7, 8], []), (2, [], [8])]


def test_a_user_is_online_until_the_last_connection_is_gone(scripts: Scripts) -> None:
    scripts.update([(7, "phone"), (7, "laptop")])
    scripts.update(left=[(7, "phone")])

    assert scripts.connected(7, 8) == [7]
    scripts.update(left=[(7, "laptop")])
    assert scripts.connected(7, 8) == []


def test_in_the_grace_one_is_online_and_not_connected(scripts: Scripts) -> None:
    scripts.update([(7, "phone")])
    scripts.update(left=[(7, "phone")], grace=TTL)

    *_, online = scripts.snapshot()
    assert (online, scripts.connected(7)) == ([b"7"], [])


def test_without_an_epoch_there_is_no_snapshot(scripts: Scripts) -> None:
    before = scripts.snapshot()
    epoch, *_ = scripts.update()

    assert before is None
    assert scripts.snapshot() == [epoch.encode(), 0, 0, []]


def test_who_knew_another_epoch_has_nobody_swept_for_a_while(scripts: Scripts) -> None:
    scripts.update([(7, "phone")])
    _, hold, _ = scripts.update(left=[(7, "phone")], known="lost")

    _, _, held, online = scripts.snapshot()
    assert hold and 0 < held <= HOLD
    assert online == [b"7"]


def test_those_who_come_after_do_not_prolong_the_hold(scripts: Scripts) -> None:
    _, first, _ = scripts.update(known="lost")
    _, second, _ = scripts.update(known="lost")

    assert first == second
