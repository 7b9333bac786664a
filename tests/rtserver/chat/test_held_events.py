"""What is told of held messages, at once and by whoever reads it back later."""

from typing import Any

import pytest

from rtserver.chat import held_events
from store import access_changes, held_messages, members
from store.records import HeldMessageRecord
from store.transaction import Transaction
from tests.store.rows import TEN, add_lesson, add_member, add_user

LESSON = 3
OLENA, PETRO, SOFIA, TARAS, GUEST = 7, 8, 9, 10, 11


@pytest.fixture
def held(tx: Transaction) -> HeldMessageRecord:
    """What Sofia wants to say; Olena and Petro are tutors, and Guest is invited."""
    for user_id in (OLENA, PETRO, SOFIA, TARAS, GUEST):
        add_user(tx, user_id)
    add_lesson(tx, LESSON)
    for user_id in (OLENA, PETRO):
        add_member(tx, LESSON, user_id, role="tutor")
    for user_id in (SOFIA, TARAS):
        add_member(tx, LESSON, user_id)
    add_member(tx, LESSON, GUEST, role="tutor", state="invited")
    return held_messages.insert(
        tx,
        lesson_id=LESSON,
        author_id=SOFIA,
        text="May I?",
        client_id=None,
        sent_digest=None,
        at=TEN,
    )


def read_back(tx: Transaction) -> Any:
    """Return the data of the last change, as another process reads it."""
    return held_events.completed(tx, access_changes.since(tx, 0, 99))[-1].data


def test_the_author_and_the_tutors_are_told_and_nothing_of_the_text_is_stored(
    tx: Transaction, held: HeldMessageRecord
) -> None:
    held_events.announce_new(tx, held, TEN)

    [event] = tx.events
    [stored] = access_changes.since(tx, 0, 99)
    assert event.data["recipients"] == [OLENA, PETRO, SOFIA]
    assert event.data["message"]["text"] == "May I?"
    assert stored.data == {"held_id": held.id, "recipients": [OLENA, PETRO, SOFIA]}
    assert read_back(tx) == event.data


def test_who_reads_it_later_finds_those_who_may_see_it_now(
    tx: Transaction, held: HeldMessageRecord
) -> None:
    held_events.announce_new(tx, held, TEN)
    members.delete(tx, LESSON, PETRO)

    assert read_back(tx)["recipients"] == [OLENA, SOFIA]


def test_what_was_decided_since_is_told_no_more(
    tx: Transaction, held: HeldMessageRecord
) -> None:
    held_events.announce_new(tx, held, TEN)
    held_messages.decide(tx, [held.id], "rejected", by=OLENA, at=TEN)

    assert "message" not in read_back(tx)


@pytest.mark.parametrize(("message_id", "approved"), [(31, True), (None, False)])
def test_a_decision_says_what_it_was(
    tx: Transaction, held: HeldMessageRecord, message_id: int | None, approved: bool
) -> None:
    held_events.announce_decided(tx, held, message_id=message_id, by=OLENA, now=TEN)

    assert read_back(tx) == {
        "held_id": held.id,
        "approved": approved,
        "message_id": message_id,
        "by": OLENA,
        "recipients": [OLENA, PETRO, SOFIA],
    }
