"""What runs behind notifications: who hears of what, and how it ends."""

import asyncio
from collections.abc import Iterator
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from rtserver.access.changes import AccessEvent
from rtserver.delivery.hub import Hub
from rtserver.delivery.pending_ack import EventWithAck
from rtserver.delivery.publication import Publication, to_users
from rtserver.delivery.replay import ReplayLimits
from rtserver.notifications.feed import NotificationFeed
from rtserver.notifications.tasks import KEPT_KEYS, NotificationTasks
from store import idempotency
from tests.lesson_school import SOFIA, TEN
from tests.mail_school import MailSchool, opened_mail_school
from tests.patience import PATIENCE

DURABLE = to_users("chat.message.new", {}, TEN, [4], stream="chat:1", seq=10)


class Notifier:
    """A notifier that lists what it hears."""

    def __init__(self) -> None:
        self.heard: list[Publication] = []
        self.flushed: list[Publication] = []
        self.ended = False

    def published(self, event: Publication) -> None:
        self.heard.append(event)

    def delivered(self, event: Publication) -> None:
        self.flushed.append(event)

    async def run(self) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            self.ended = True


class Behind:
    """The tasks of a school with one notifier."""

    def __init__(self, school: MailSchool) -> None:
        self.school, self.notifier = school, Notifier()
        limits = ReplayLimits(9, 1 << 20)
        feed = NotificationFeed(school.db, limits, Hub(), school.held)
        self.tasks = NotificationTasks(
            school.db, school.clock, feed, school.held, school.worker(), [self.notifier]
        )


@pytest.fixture
def behind(io_loop: Any, migrated_sqlite_url: str, tmp_path: Path) -> Iterator[Behind]:
    with opened_mail_school(io_loop, migrated_sqlite_url, tmp_path) as school:
        yield Behind(school)


def test_notifiers_hear_of_what_is_kept_but_not_of_rights(behind: Behind) -> None:
    joined = AccessEvent(1, "user", SOFIA.user_id, TEN)

    behind.tasks.published([DURABLE, joined])
    behind.tasks.delivered(DURABLE)

    assert (behind.notifier.heard, behind.notifier.flushed) == ([DURABLE], [DURABLE])


def test_an_event_with_a_receipt_is_heard_as_the_event(behind: Behind) -> None:
    behind.tasks.published([EventWithAck(DURABLE, lambda: None)])

    assert behind.notifier.heard == [DURABLE]


async def test_a_mail_is_due_once_it_runs_and_all_of_it_ends(behind: Behind) -> None:
    school, before = behind.school, asyncio.all_tasks()
    async with AsyncExitStack() as stack:
        behind.tasks.start(stack)
        await school.tell("lesson.scheduled", SOFIA)
        async with asyncio.timeout(PATIENCE):
            while (await school.mail()).held:  # nobody is here: it is due at once
                await asyncio.sleep(0.01)

    assert behind.notifier.ended
    assert asyncio.all_tasks() == before
    await school.tell("lesson.scheduled", SOFIA)  # whose mail nobody waits for any more


async def test_answers_are_forgotten_after_a_month(behind: Behind) -> None:
    school, now = behind.school, behind.school.clock.now()
    for key, age in (("old", timedelta(seconds=1)), ("young", timedelta(seconds=-1))):
        at = now - KEPT_KEYS - age
        await school.school.run(idempotency.keep, "portal", key, "{}", at)

    await behind.tasks.prune()

    answers = [
        await school.db.read(idempotency.answer, "portal", key)
        for key in ("old", "young")
    ]
    assert answers == [None, "{}"]
