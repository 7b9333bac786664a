from datetime import timedelta

import msgspec
import pytest

from rtserver.notifications.notices import Notices
from store import preferences, users
from tests.lesson_school import LESSON, OLENA, SOFIA, TARAS
from tests.mail_school import CHAT_DELAY, HOLD, opened_mail_school


@pytest.fixture
def school(io_loop, database_url, tmp_path):
    with opened_mail_school(io_loop, database_url, tmp_path) as school:
        yield school


async def test_notifications_are_numbered_per_user_and_published(school):
    for number in range(2):
        await school.tell("lesson.scheduled", SOFIA, TARAS, lesson_id=1, n=number)
    await school.tell("tutor.accept", SOFIA)

    told = [(e.channel, e.stream, e.seq, e.type) for e in school.events]
    assert [one for one in told if one[0] == "notifications:user:4"] == [
        ("notifications:user:4", "notifications:4", 1, "lesson.scheduled"),
        ("notifications:user:4", "notifications:4", 2, "lesson.scheduled"),
        ("notifications:user:4", "notifications:4", 3, "tutor.accept"),
    ]
    assert [record.seq for record in await school.of(TARAS)] == [1, 2]


async def test_an_event_carries_the_notification_as_it_is_stored(school):
    (told,) = await school.tell("homework.graded", SOFIA, about=False, score=5)

    (event,) = school.events
    payload = msgspec.json.decode(bytes(event.payload))
    assert payload == {
        "id": told.notification_id,
        "seq": 1,
        "event": "homework.graded",
        "data": {"score": 5},
        "created_at": "2026-11-23T10:00:00Z",
        "read_at": None,
    }


async def test_a_mail_is_held_as_long_as_it_may_arrive_otherwise(school):
    await school.tell("lesson.scheduled", SOFIA)

    mail = await school.mail()
    assert (mail.user_id, mail.event, mail.lesson_id) == (4, "lesson.scheduled", LESSON)
    assert mail.held and mail.due_at == school.clock.now() + timedelta(seconds=HOLD)


async def test_who_gets_no_mail_is_told_why(school):
    await school.school.run(preferences.put, SOFIA.user_id, {"lesson.scheduled": False})
    await school.school.run(users.update, TARAS.user_id, {"is_active": False})

    told = await school.tell("lesson.scheduled", OLENA, SOFIA, TARAS)
    (own,) = await school.tell("homework.graded", OLENA)

    reasons = [one.reason for one in told]
    assert reasons == [None, "switched_off", "inactive"]
    assert own.reason == "no_template"
    assert [mail.user_id for mail in await school.mails()] == [OLENA.user_id]
    assert len(await school.of(SOFIA)) == 1


async def test_several_notices_of_one_user_make_one_mail_and_keep_their_order(school):
    told = await school.tell("chat.message", SOFIA, TARAS, SOFIA, message_id=1)

    ids = [one.notification_id for one in told]
    assert ids[0] < ids[2]
    assert [one.user_id for one in told] == [4, 5, 4]
    assert len(await school.mails()) == 2
    assert [record.seq for record in await school.of(SOFIA)] == [1, 2]


async def test_chat_mails_wait_and_gather(school):
    await school.tell("chat.message", SOFIA, message_id=1)
    begun = school.clock.now()
    school.clock.advance(100)
    await school.tell("chat.message", SOFIA, message_id=2)

    mail = await school.mail()
    assert mail.due_at == begun + timedelta(seconds=CHAT_DELAY)


async def test_other_mails_never_gather(school):
    await school.tell("lesson.scheduled", SOFIA)
    await school.tell("lesson.scheduled", SOFIA)

    assert len(await school.mails()) == 2


async def test_the_process_hears_for_whom_mails_are_held(school):
    heard = []
    school.notices = Notices(
        school.templates, hold=0, chat_delay=0, mailed=heard.append
    )

    await school.tell("lesson.scheduled", SOFIA, TARAS)
    await school.tell("homework.graded", SOFIA)

    assert heard == [{SOFIA.user_id, TARAS.user_id}]


async def test_nobody_to_tell_changes_nothing(school):
    assert await school.tell("lesson.scheduled") == []
