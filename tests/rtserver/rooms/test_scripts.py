"""The scripts of rooms in Redis, each one step."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
import redis

from rtserver.rooms.scripts import LEAD, SIGNAL, SNAPSHOT, UPDATE

OWNERS, CHANNEL = "p", "p:told"
TTL, STALE, HOLD = 60_000, 30_000, 2000


class Scripts:
    """One process's calls, numbered, and what they published."""

    def __init__(self, client: "redis.Redis[Any]") -> None:
        self.client = client
        self._number = 0
        self._listener = client.pubsub(ignore_subscribe_messages=True)
        self._listener.subscribe(CHANNEL)

    def update(
        self,
        *present: tuple[str, str, str],
        claims: Any = (),
        left: Any = (),
        known: str = "",
        grace: int = 0,
    ) -> Any:
        self._number += 1
        keys = [OWNERS, "p:meta", "p:node:1", "p:states", "p:leads"]
        head = [CHANNEL, self._number, known, TTL, grace, STALE, HOLD, len(present)]
        rest = [value for each in (*present, *claims, *left) for value in each]
        return self.client.eval(UPDATE, 5, *keys, *head, len(claims), *rest)

    def command(self, script: str, *args: Any) -> Any:
        keys = [OWNERS, "p:meta", "p:states", "p:leads"]
        return self.client.eval(script, 4, *keys, CHANNEL, *args)

    def told(self) -> list[dict[str, Any]]:
        """Take what was published, without what is empty."""
        told = []
        while (message := self._next()) is not None:
            diff = json.loads(message["data"])
            del diff["epoch"], diff["at"]
            told.append({key: value for key, value in diff.items() if value})
        return told

    def _next(self) -> Any:
        found = self._listener.get_message(timeout=0.2)
        # What confirms the subscription comes first, and counts as nothing.
        return found or self._listener.get_message(timeout=0.05)


@pytest.fixture
def scripts(redis_url: str) -> Iterator[Scripts]:
    with redis.Redis.from_url(redis_url) as client:
        yield Scripts(client)


def test_each_change_has_the_next_version(scripts: Scripts) -> None:
    scripts.update(("3:5", "a", ""))
    scripts.update(("3:5", "b", ""))
    scripts.command(SIGNAL, "", "yes", "3:5", "3:9")
    scripts.command(LEAD, "3:5", "a", 1)
    scripts.update(left=[("3:5", "b", ""), ("3:5", "a", "")])

    entered, signalled, led, left = scripts.told()
    assert [each["version"] for each in (entered, signalled, led, left)] == [1, 2, 3, 4]
    assert entered["entered"]["3:5"][1:] == [None, None]
    assert signalled["signalled"]["3:5"][2] == "yes"
    assert led["leads"] == {"3": [5, "a"]}
    assert (left["leads"], left["left"]) == ({"3": None}, ["3:5"])
    assert scripts.client.hlen("p:states") == scripts.client.hlen("p:leads") == 0


def test_what_a_process_knows_of_a_seat_counts_only_while_all_come_back(
    scripts: Scripts,
) -> None:
    state = '[1764000000123,1764000000999,"help"]'
    scripts.update(("3:5", "a", state), claims=[("3:5", "a")])
    fresh = scripts.told()
    scripts.client.flushall()
    scripts.update(("3:5", "a", state), claims=[("3:5", "a")], known="lost")
    [back] = scripts.told()

    assert fresh[0]["entered"]["3:5"][1:] == [None, None] and "leads" not in fresh[0]
    assert back["entered"] == {"3:5": json.loads(state)}
    assert back["leads"] == {"3": [5, "a"]}


def test_eviction_waits_for_no_grace_and_spares_who_is_there(scripts: Scripts) -> None:
    scripts.update(("3:5", "a", ""), ("3:4", "b", ""))
    scripts.update(left=[("3:5", "a", "")], grace=TTL)
    scripts.told()

    scripts.update(left=[("3:5", "", "evict"), ("3:4", "", "evict")], grace=TTL)

    assert [each["left"] for each in scripts.told()] == [["3:5"]]


def test_deposing_ends_the_lead_of_that_seat_alone(scripts: Scripts) -> None:
    scripts.update(("3:5", "a", ""), ("3:4", "b", ""))
    scripts.command(LEAD, "3:5", "a", 1)
    scripts.told()

    scripts.update(left=[("3:4", "", "depose")])
    others = scripts.told()
    scripts.update(left=[("3:5", "", "depose")])

    assert (others, [each["leads"] for each in scripts.told()]) == ([], [{"3": None}])


def test_only_a_connection_that_is_there_leads(scripts: Scripts) -> None:
    scripts.update(("3:5", "a", ""))

    assert scripts.command(LEAD, "3:5", "gone", 1) == 0
    assert scripts.command(LEAD, "3:5", "gone", 0) == 1


def test_without_an_epoch_nothing_is_done_or_read(scripts: Scripts) -> None:
    assert scripts.command(SIGNAL, 1, "", "3:5") is None
    assert scripts.command(LEAD, "3:5", "a", 1) is None
    assert scripts.client.eval(SNAPSHOT, 4, OWNERS, "p:meta", "s", "l") is None
