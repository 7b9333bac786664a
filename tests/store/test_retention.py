"""What is deleted once it has been kept long enough, and what never yet."""

from datetime import timedelta

import pytest

from store import outbox_leases, retention
from tests.lesson_school import SOFIA, TARAS
from tests.mail_school import opened_mail_school


@pytest.fixture
def school(io_loop, database_url, tmp_path):
    with opened_mail_school(io_loop, database_url, tmp_path) as school:
        yield school


async def prune(school):
    """Delete all notifications that may go, whatever their age."""
    later = school.clock.now() + timedelta(days=1)
    return await school.school.run(retention.delete_notifications, later, 100)


async def test_a_notification_stays_until_its_mail_has_ended(school):
    await school.tell("homework.graded", TARAS)
    await school.tell("lesson.scheduled", SOFIA)
    mail = await school.mail()

    assert await prune(school) == 1
    assert len(await school.of(SOFIA)) == 1

    due = mail.due_at
    await school.school.run(outbox_leases.take, node="n", now=due, until=due)
    assert await prune(school) == 0
    end = {"state": "dead", "at": due, "detail": ""}
    await school.school.run(outbox_leases.end, mail.id, node="n", **end)
    assert await prune(school) == 1
