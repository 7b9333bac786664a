from datetime import timedelta

import pytest

from store import idempotency, notifications, outbox, outbox_leases, retention
from store.errors import ConstraintViolated
from tests.lesson_school import LESSON, SOFIA, TARAS, TEN
from tests.mail_school import opened_mail_school

DAY = timedelta(days=1)


@pytest.fixture
def school(io_loop, database_url, tmp_path):
    with opened_mail_school(io_loop, database_url, tmp_path) as school:
        yield school


def run(school, change, *args, **kwargs):
    return school.school.run(change, *args, **kwargs)


async def take(school, now, node="n"):
    return await run(school, outbox_leases.take, node=node, now=now, until=now + DAY)


async def test_mails_are_leased_by_their_time_and_once(school):
    for person in (SOFIA, TARAS):
        await school.tell("lesson.scheduled", person)
        school.clock.advance(10)
    now = school.clock.now() + DAY

    leased = [await take(school, now, node) for node in ("a", "b", "c")]

    assert [mail and mail.user_id for mail in leased] == [4, 5, None]
    assert await school.db.read(outbox.next_due) is None


async def test_only_its_owner_changes_a_leased_mail(school):
    await school.tell("lesson.scheduled", SOFIA)
    now = school.clock.now() + DAY
    mail = await take(school, now, "mine")

    end = {"state": "sent", "at": now, "detail": "250"}
    await run(school, outbox_leases.end, mail.id, node="other", **end)
    still = (await school.mail()).state
    await run(school, outbox_leases.end, mail.id, node="mine", **end)

    assert (still, (await school.mail()).state) == ("leased", "sent")


async def test_a_late_lease_is_taken_back_and_a_running_one_is_not(school):
    await school.tell("lesson.scheduled", SOFIA)
    now = school.clock.now() + DAY
    await take(school, now)

    early = await run(school, outbox_leases.reclaim_late, now + DAY / 2)
    late = await run(school, outbox_leases.reclaim_late, now + 2 * DAY)

    assert (early, late) == (0, 1)
    assert (await school.mail()).state == "waiting"


async def test_only_its_owner_begins_a_leased_mail(school):
    await school.tell("lesson.scheduled", SOFIA)
    now = school.clock.now() + DAY
    mail = await take(school, now, "mine")

    begin = (outbox_leases.begin, mail.id)
    others = await run(school, *begin, node="other", at=now)
    own = await run(school, *begin, node="mine", at=now)

    assert (others, own) == (False, True)


async def test_of_abandoned_mails_those_that_were_begun_are_dead(school):
    now = school.clock.now() + DAY
    for person in (SOFIA, TARAS):
        await school.tell("lesson.scheduled", person)
        school.clock.advance(1)
        mail = await take(school, now)
    await run(school, outbox_leases.begin, mail.id, node="n", at=now)

    reclaimed = await run(school, outbox_leases.reclaim_all, now)

    assert reclaimed == 2
    assert [mail.state for mail in await school.mails()] == ["waiting", "dead"]
    outcomes = [await school.attempts(mail.id) for mail in await school.mails()]
    assert [outcome for ((outcome, _),) in outcomes] == ["interrupted", "in doubt"]


async def test_what_was_begun_is_not_given_back(school):
    now = school.clock.now() + DAY
    for person in (SOFIA, TARAS):
        await school.tell("lesson.scheduled", person)
        school.clock.advance(1)
        mail = await take(school, now)
    await run(school, outbox_leases.begin, mail.id, node="n", at=now)

    assert await run(school, outbox_leases.give_back, "n") == 1

    assert [mail.state for mail in await school.mails()] == ["waiting", "leased"]


async def test_long_ended_mails_are_pruned_with_their_tries(school):
    now = school.clock.now() + DAY
    for state in ("sent", "dropped", "dead"):
        await school.tell("lesson.scheduled", SOFIA)
        mail = await take(school, now)
        await run(school, outbox_leases.note, mail.id, at=now, outcome=state, reply="x")
        end = {"node": "n", "state": state, "at": now, "detail": ""}
        await run(school, outbox_leases.end, mail.id, **end)
    await school.tell("lesson.scheduled", SOFIA)

    assert await run(school, retention.delete_mails, now, 10) == 0
    assert await run(school, retention.delete_mails, now + DAY, 2) == 2
    assert await run(school, retention.delete_mails, now + DAY, 2) == 1
    assert [mail.state for mail in await school.mails()] == ["waiting"]
    assert len(await school.of(SOFIA)) == 4


async def test_spans_detach_only_their_own_users_waiting_notifications(school):
    for _ in range(3):
        await school.tell("lesson.scheduled", SOFIA, TARAS)

    mails = await run(school, notifications.detach, [(SOFIA.user_id, 2, 3)])
    await run(school, outbox.drop_unneeded, mails, at=TEN, detail="arrived")

    dropped = [mail.user_id for mail in await school.mails("dropped")]
    assert dropped == [SOFIA.user_id] * 2


async def test_mails_about_other_lessons_or_tried_already_gather_nothing(school):
    await school.tell("chat.message", SOFIA, message_id=1)
    wanted = [(SOFIA.user_id, LESSON), (SOFIA.user_id, 99), (TARAS.user_id, LESSON)]

    found = await run(school, outbox.waiting_about, "chat.message", wanted)
    mail = await take(school, school.clock.now() + DAY)
    later = {"node": "n", "due_at": TEN, "doubts": 0}
    await run(school, outbox_leases.postpone, mail.id, **later)
    tried = await run(school, outbox.waiting_about, "chat.message", wanted)

    assert (list(found), tried) == ([(SOFIA.user_id, LESSON)], {})


async def test_an_answer_is_kept_once_per_owner_and_pruned(school):
    await run(school, idempotency.keep, "a", "k", "1", TEN)
    await run(school, idempotency.keep, "b", "k", "2", TEN)

    with pytest.raises(ConstraintViolated):
        await run(school, idempotency.keep, "a", "k", "3", TEN)

    assert await run(school, idempotency.answer, "a", "k") == "1"
    assert await run(school, idempotency.prune, TEN) == 0
    assert await run(school, idempotency.prune, TEN + DAY) == 2
    assert await run(school, idempotency.answer, "a", "k") is None


async def test_a_try_at_a_mail_that_was_deleted_meanwhile_is_passed_over(school):
    # Else its sender would try to note it for ever, and send nothing more.
    note = {"at": TEN, "outcome": "sent", "reply": "250 ok"}

    await run(school, outbox_leases.note, 99, **note)

    assert await run(school, outbox_leases.attempts, 99) == []
