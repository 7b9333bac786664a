"""What somebody's stream of notifications holds after a position."""

import pytest

from rtserver.delivery.replay import ReplayLimits
from rtserver.notifications.feed import missed_notifications
from store.models_mail import Notification
from tests.lesson_school import SOFIA
from tests.mail_school import opened_mail_school


@pytest.fixture
def school(io_loop, sqlite_url, tmp_path):
    with opened_mail_school(io_loop, sqlite_url, tmp_path) as school:
        yield school


@pytest.mark.parametrize("gone", [1, 2, 3])
async def test_wherever_one_is_missing_the_position_is_trimmed(school, gone):
    for _ in range(3):
        await school.tell("homework.graded", SOFIA)
    one = Notification.delete().where(Notification.seq == gone)
    await school.school.run(lambda tx: tx.write(one))

    missed = await school.db.read(
        missed_notifications, SOFIA.user_id, 0, 3, ReplayLimits(10, 10_000)
    )

    assert (missed.reason, list(missed.events)) == ("trimmed", [])
