"""The outbox as admins see it; in both databases."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tornado.platform.asyncio import AsyncIOLoop

from rtserver.mail.outbox_list import (
    ALL,
    OPEN,
    STATES,
    MailCounts,
    MailFilter,
    OutboxList,
)
from store import outbox_leases
from store.models_mail import Mail
from store.transaction import Transaction
from tests.lesson_school import LESSON, SOFIA, TARAS
from tests.mail_school import MailSchool, opened_mail_school

NAMES = ("held", "due", "sending", "sent", "dropped", "dead")
RAW = ("waiting", "waiting", "leased", "sent", "dropped", "dead")


@pytest.fixture
def school(
    io_loop: AsyncIOLoop, database_url: str, tmp_path: Path
) -> Iterator[MailSchool]:
    """A school with a mail in each state, in the order of ``NAMES``."""
    with opened_mail_school(io_loop, database_url, tmp_path) as school:
        for _ in NAMES:
            io_loop.run_sync(lambda: school.tell("lesson.scheduled", SOFIA))
        io_loop.run_sync(lambda: school.school.run(spread))
        yield school


def spread(tx: Transaction) -> None:
    rows = tx.rows(Mail.select(Mail.id, Mail.due_at).order_by(Mail.id))
    for row, raw, name in zip(rows, RAW, NAMES, strict=True):
        ended = row["due_at"] if name in ("sent", "dropped", "dead") else None
        change = Mail.update(state=raw, held=name == "held", ended_at=ended)
        tx.write(change.where(Mail.id == row["id"]))
        outbox_leases.note(
            tx, row["id"], at=row["due_at"], outcome="failed", reply=f"451 {name}"
        )


async def states(school: MailSchool, wanted: MailFilter) -> list[str]:
    page = await OutboxList(school.db).page(wanted)
    return [mail.state for mail in page.results]


async def test_each_state_is_found_by_its_name(school: MailSchool) -> None:
    assert tuple(STATES) == NAMES
    for name, wanted in STATES.items():
        assert await states(school, wanted) == [name]
    assert await states(school, OPEN) == ["held", "due", "sending", "dead"]
    assert await states(school, ALL) == [*NAMES]


async def test_a_mail_is_shown_with_whom_it_is_for_and_what_became_of_it(
    school: MailSchool,
) -> None:
    [dead] = (await OutboxList(school.db).page(STATES["dead"])).results
    [due] = (await OutboxList(school.db).page(STATES["due"])).results
    [sent] = (await OutboxList(school.db).page(STATES["sent"])).results

    assert (dead.user_id, dead.email) == (SOFIA.user_id, "sofia@example.org")
    assert (dead.event, dead.lesson_id) == ("lesson.scheduled", LESSON)
    assert (dead.last_error, dead.due_at) == ("451 dead", None)
    assert dead.ended_at is not None and dead.created_at == school.clock.now()
    assert due.due_at is not None and due.ended_at is None
    # How it went before doesn't matter any more.
    assert sent.last_error is None


async def test_the_list_goes_on_behind_its_cursor(school: MailSchool) -> None:
    mails, seen, cursor = OutboxList(school.db), [], None
    for _ in range(3):
        page = await mails.page(ALL, cursor=cursor, limit=2)
        seen += [mail.state for mail in page.results]
        cursor = page.next

    assert (seen, cursor) == ([*NAMES], None)


async def test_what_is_due_and_what_is_dead_is_counted(school: MailSchool) -> None:
    now: Any = school.clock.now()
    # One that is held for too long is due as well.
    later = now + timedelta(days=1)

    assert await OutboxList(school.db).counts(now) == MailCounts(1, 1)
    assert await OutboxList(school.db).counts(later) == MailCounts(2, 1)
    await school.tell("lesson.scheduled", TARAS)
    assert await OutboxList(school.db).counts(later) == MailCounts(3, 1)
