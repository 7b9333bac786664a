"""What a member has of each lesson, in one query, in both databases."""

import pytest

from store import held_messages, messages, read_marks, summaries
from store.models import Lesson
from store.summaries import MAX_UNREAD
from store.transaction import Transaction
from tests.store.rows import TEN, add_lesson, add_member, add_messages, add_user, draft

OLENA, SOFIA, TARAS = 7, 8, 9


@pytest.fixture(autouse=True)
def school(tx: Transaction) -> None:
    """Lesson 1 of all three, Olena its tutor; to 2 Sofia is invited; 3 is empty."""
    for user_id in (OLENA, SOFIA, TARAS):
        add_user(tx, user_id)
    for lesson_id in (1, 2, 3):
        add_lesson(tx, lesson_id)
        add_member(tx, lesson_id, OLENA, role="tutor")
    add_member(tx, 1, SOFIA)
    add_member(tx, 1, TARAS, chat_from=2)
    add_member(tx, 2, SOFIA, state="invited")
    add_member(tx, 3, SOFIA)


def say(tx: Transaction, *authors: int, start: int = 1) -> list[int]:
    drafts = [draft(1, author, seq) for seq, author in enumerate(authors, start)]
    last = start + len(authors) - 1
    tx.write(Lesson.update(chat_seq=last).where(Lesson.id == 1))
    return add_messages(tx, *drafts)


def of(tx: Transaction, user_id: int) -> dict[int, summaries.Summary]:
    return summaries.of_user(tx, user_id, [1, 2, 3, 4])


def test_there_is_one_for_each_lesson_that_one_takes_part_in(tx: Transaction) -> None:
    assert sorted(of(tx, SOFIA)) == [1, 3] and sorted(of(tx, OLENA)) == [1, 2, 3]
    assert of(tx, SOFIA)[3] == (3, 0, 0, 0, None, 0)
    assert summaries.of_user(tx, SOFIA, []) == {}


def test_unread_are_others_messages_behind_the_mark(tx: Transaction) -> None:
    ids = say(tx, OLENA, SOFIA, OLENA, OLENA, TARAS)
    read_marks.put(tx, 1, SOFIA, 1)
    messages.set_deleted(tx, ids[2], seq=6)
    # Edited since, which makes it no newer.
    messages.set_text(tx, ids[0], seq=7, text="Hi", at=TEN)

    assert (of(tx, SOFIA)[1].unread, of(tx, SOFIA)[1].read) == (2, 1)
    # Of those before they joined, none is news.
    assert of(tx, TARAS)[1].unread == 1
    assert of(tx, OLENA)[1].unread == 2


def test_the_last_message_is_the_newest_that_is_not_deleted(tx: Transaction) -> None:
    ids = say(tx, OLENA, SOFIA)
    newest = messages.get(tx, ids[1])
    assert of(tx, SOFIA)[1].last == newest
    messages.set_deleted(tx, ids[1], seq=3)

    assert of(tx, OLENA)[1].last == messages.get(tx, ids[0])
    messages.set_deleted(tx, ids[0], seq=4)
    assert of(tx, OLENA)[1].last is None


def test_over_a_hundred_unread_are_a_hundred(tx: Transaction) -> None:
    say(tx, *[OLENA] * (MAX_UNREAD + 2))

    found = of(tx, SOFIA)[1]

    assert (found.unread, found.seq) == (MAX_UNREAD, MAX_UNREAD + 2)


def test_held_are_for_tutors_all_and_for_others_their_own(tx: Transaction) -> None:
    for author in (SOFIA, SOFIA, TARAS):
        held = held_messages.insert(
            tx,
            lesson_id=1,
            author_id=author,
            text="May I?",
            client_id=None,
            sent_digest=None,
            at=TEN,
        )
    assert [of(tx, user)[1].held for user in (OLENA, SOFIA, TARAS)] == [3, 2, 1]
    held_messages.decide(tx, [held.id], "rejected", by=OLENA, at=TEN)

    assert [of(tx, user)[1].held for user in (OLENA, SOFIA, TARAS)] == [2, 2, 0]
