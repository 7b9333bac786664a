"""Mails on their way out, as those who cause them need it, in both databases."""

from typing import Any

import pytest

from store import notifications, outbox, outbox_leases
from store.outbox import Depth
from store.records import MailRecord
from store.transaction import Transaction
from tests.store.rows import DAY, HOUR, TEN, add_mail, add_user

STATES = ("waiting", "leased", "sent", "dropped", "dead")


@pytest.fixture(autouse=True)
def people(tx: Transaction) -> None:
    for user in (1, 2, 3):
        add_user(tx, user)


def mail(tx: Transaction, mail_id: int) -> MailRecord:
    (found,) = outbox.page(tx, states=STATES, after=mail_id - 1, limit=1)
    return found


def tried(tx: Transaction, state: str | None, reply: str = "550 no") -> int:
    """Add a mail that was tried once, and has ended so or waits for another try."""
    made = add_mail(tx, 1, 1, due_at=TEN - DAY)
    outbox_leases.take(tx, node="n", now=TEN, until=TEN)
    outbox_leases.note(tx, made, at=TEN, outcome=state or "failed", reply=reply)
    if state:
        outbox_leases.end(tx, made, node="n", state=state, at=TEN, detail=reply)
    else:
        outbox_leases.postpone(tx, made, node="n", due_at=TEN + DAY, doubts=0)
    return made


def test_ids_of_stored_mails_go_by_whom_they_are_for_and_about_what(
    tx: Transaction,
) -> None:
    row: dict[str, Any] = {"event": "chat.message", "data": "{}", "lesson": None}
    row |= {"held": False, "due_at": TEN, "ready_at": TEN, "created_at": TEN}
    rows = [row | {"user": u, "lesson_id": n} for u, n in ((1, 7), (2, 7), (1, None))]

    ids = outbox.insert_many(tx, rows)

    assert set(ids) == {(1, 7), (2, 7), (1, 0)}
    assert mail(tx, ids[1, 0]).lesson_id is None
    assert mail(tx, ids[2, 7]).user_id == 2


def test_only_untried_waiting_mails_about_the_same_gather_more(
    tx: Transaction,
) -> None:
    waiting = add_mail(tx, 1, 7)
    add_mail(tx, 2, 7, event="board.activity")
    wanted = [(1, 7), (1, 8), (2, 7)]

    assert outbox.waiting_about(tx, "chat.message", wanted) == {(1, 7): waiting}
    outbox_leases.take(tx, node="n", now=TEN, until=TEN)
    outbox_leases.postpone(tx, waiting, node="n", due_at=TEN, doubts=0)
    assert outbox.waiting_about(tx, "chat.message", wanted) == {}


def test_mails_that_nothing_waits_for_are_dropped(tx: Transaction) -> None:
    needed, unneeded = (add_mail(tx, 1, n, held=True) for n in (1, 2))
    leased = add_mail(tx, 1, 3, due_at=TEN - HOUR)
    notify(tx, needed)
    assert outbox_leases.take(tx, node="n", now=TEN, until=TEN)

    outbox.drop_unneeded(tx, [needed, unneeded, leased], at=TEN, detail="arrived")

    states = [mail(tx, each).state for each in (needed, unneeded, leased)]
    assert states == ["waiting", "dropped", "leased"]
    assert (mail(tx, unneeded).held, mail(tx, unneeded).detail) == (False, "arrived")


def notify(tx: Transaction, mail_id: int) -> None:
    row = {"user": 1, "seq": 1, "event": "chat.message", "data": "{}"}
    notifications.insert_many(tx, [row | {"created_at": TEN, "mail": mail_id}])


def test_mails_held_for_who_is_away_become_due_when_they_are_ready(
    tx: Transaction,
) -> None:
    away, here = (
        add_mail(tx, user, 7, held=True, due_at=TEN + DAY, ready_at=TEN + HOUR)
        for user in (1, 2)
    )
    add_mail(tx, 1, 8, due_at=TEN + DAY)

    assert outbox.release_held(tx, {1, 3}) == 1

    assert (mail(tx, away).held, mail(tx, away).due_at) == (False, TEN + HOUR)
    assert (mail(tx, here).held, mail(tx, here).due_at) == (True, TEN + DAY)


def test_the_next_due_is_the_earliest_that_waits(tx: Transaction) -> None:
    assert outbox.next_due(tx) is None

    for hours in (3, 1, 2):
        add_mail(tx, 1, hours, due_at=TEN + hours * HOUR)

    assert outbox.next_due(tx) == TEN + HOUR


def test_depth_counts_each_mail_that_has_not_ended_well_once(tx: Transaction) -> None:
    for state in ("sent", "dropped", "dead"):
        tried(tx, state)
    add_mail(tx, 2, 0)
    outbox_leases.take(tx, node="n", now=TEN, until=TEN)
    add_mail(tx, 2, 1, held=True, due_at=TEN + HOUR)
    add_mail(tx, 2, 2, due_at=TEN + HOUR)
    add_mail(tx, 2, 3, held=True, due_at=TEN)
    add_mail(tx, 2, 4, due_at=TEN - HOUR)

    counts = {"held": 1, "later": 1, "due": 2, "sending": 1, "dead": 1}
    assert outbox.depth(tx, TEN) == Depth(counts, TEN - HOUR)


def test_pages_go_by_id_through_some_states(tx: Transaction) -> None:
    dead = tried(tx, "dead")
    made = [add_mail(tx, 1, lesson) for lesson in (1, 2, 3)]

    def ids(after: int, limit: int, *states: str) -> list[int]:
        found = outbox.page(tx, states=states, after=after, limit=limit)
        return [each.id for each in found]

    assert ids(0, 2, "waiting") == made[:2]
    assert ids(made[1], 2, "waiting") == made[2:]
    assert ids(0, 9, "dead", "waiting") == [dead, *made]


def test_the_last_error_is_that_of_the_last_try_that_failed(tx: Transaction) -> None:
    failed, sent = tried(tx, "dead"), tried(tx, "sent", "250 ok")
    outbox_leases.note(tx, failed, at=TEN, outcome="timed out", reply="")

    assert outbox.last_errors(tx, [failed, sent]) == {failed: "timed out"}


@pytest.mark.parametrize("named", [True, False])
def test_only_what_failed_is_revived_as_if_it_was_never_tried(
    tx: Transaction, named: bool
) -> None:
    dead, again = tried(tx, "dead"), tried(tx, None)
    tried(tx, "sent")
    add_mail(tx, 2, 1, due_at=TEN + DAY)

    assert outbox.revive(tx, [dead, again] if named else None, TEN) == 2

    for id in (dead, again):
        revived = mail(tx, id)
        assert (revived.state, revived.due_at, revived.attempts) == ("waiting", TEN, 0)
        assert (revived.first_at, revived.ended_at, revived.detail) == (None,) * 3
