"""Messages that are posted in one batch."""

from typing import Any

import pytest

from rtserver.access.actor import Actor
from rtserver.chat.posts import MessageDraft, Posted, post_all
from rtserver.errors import Conflict, Forbidden, NotFound, RtError, Unauthenticated
from store import lessons, messages
from store.transaction import Transaction
from tests.store.rows import TEN, add_lesson, add_member, add_user

OLENA, SOFIA, TARAS, GONE = 7, 8, 9, 10
FIRST, SECOND = 3, 4


@pytest.fixture(autouse=True)
def school(tx: Transaction) -> None:
    """Two lessons of Olena and Sofia; Taras is invited to the first."""
    for user_id in (OLENA, SOFIA, TARAS):
        add_user(tx, user_id)
    add_user(tx, GONE, is_active=False)
    for lesson_id in (FIRST, SECOND):
        add_lesson(tx, lesson_id)
        for user_id in (OLENA, SOFIA, GONE):
            add_member(tx, lesson_id, user_id)
    add_member(tx, FIRST, TARAS, state="invited")


def draft(
    author: int = OLENA,
    lesson_id: int = FIRST,
    text: str = "Hello",
    client_id: str | None = None,
) -> MessageDraft:
    actor = Actor(author, f"User{author}", "tutor")
    return MessageDraft(actor, author, lesson_id, text, client_id, TEN)


def posted(tx: Transaction, *drafts: MessageDraft) -> list[Any]:
    return post_all(tx, list(drafts))


def seqs(outcomes: list[Any]) -> list[int]:
    return [one.message.seq for one in outcomes if isinstance(one, Posted)]


def test_messages_are_numbered_per_lesson_in_the_order_of_their_coming(
    tx: Transaction,
) -> None:
    lessons.take_chat_seq(tx, SECOND, 5)
    places = (FIRST, SECOND, FIRST, SECOND)

    done = posted(tx, *(draft(lesson_id=place) for place in places))

    assert seqs(done) == [1, 6, 2, 7]
    assert lessons.chat_seqs(tx, [FIRST, SECOND]) == {FIRST: 2, SECOND: 7}


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        (draft(lesson_id=99), NotFound),
        (draft(TARAS), Forbidden),
        (draft(TARAS, SECOND), NotFound),
        (draft(GONE), Unauthenticated),
    ],
)
def test_one_that_is_refused_takes_no_number_from_the_others(
    tx: Transaction, wrong: MessageDraft, error: type[RtError]
) -> None:
    done = posted(tx, draft(), wrong, draft(SOFIA))

    assert seqs(done) == [1, 2]
    assert type(done[1]) is error


def test_what_is_told_goes_to_accepted_members_in_the_order_of_numbers(
    tx: Transaction,
) -> None:
    posted(tx, draft(text="One"), draft(SOFIA, text="Two"))

    told = [(event.stream, event.seq, set(event.user_ids)) for event in tx.events]
    members = {OLENA, SOFIA, GONE}
    assert told == [(f"chat:{FIRST}", 1, members), (f"chat:{FIRST}", 2, members)]


def test_a_message_sent_twice_at_once_is_posted_once(tx: Transaction) -> None:
    one, again, anothers = posted(
        tx, *(draft(author, client_id="c1") for author in (OLENA, OLENA, SOFIA))
    )

    assert (one.created, again.created, anothers.created) == (True, False, True)
    assert again.message == one.message != anothers.message
    assert len(tx.events) == 2


@pytest.mark.parametrize(
    "other", [draft(text="Other", client_id="c1"), draft(OLENA, SECOND, client_id="c1")]
)
def test_one_id_for_two_messages_is_a_conflict_at_once_and_later(
    tx: Transaction, other: MessageDraft
) -> None:
    first, beside = posted(tx, draft(client_id="c1"), other)
    [later] = posted(tx, other)

    assert first.created
    assert isinstance(beside, Conflict) and isinstance(later, Conflict)
    assert lessons.chat_seqs(tx, [FIRST]) == {FIRST: 1}


def test_a_resend_is_answered_though_the_lesson_was_cancelled_since(
    tx: Transaction,
) -> None:
    [first] = posted(tx, draft(client_id="c1"))
    lessons.cancel(tx, FIRST)

    again, new = posted(tx, draft(client_id="c1"), draft(client_id="c2"))

    assert (again.created, again.message) == (False, first.message)
    assert isinstance(new, Conflict)


def test_a_posted_message_is_answered_as_it_is_stored(tx: Transaction) -> None:
    [done] = posted(tx, draft(text="Привіт", client_id="c1"))

    stored = messages.get(tx, done.message.id)
    assert stored is not None
    assert (stored.text, stored.seq, stored.client_id) == ("Привіт", 1, "c1")
    assert stored.author_name == done.message.author.name
