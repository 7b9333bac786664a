"""What a lesson's chat says to somebody who has seen up to a position."""

from dataclasses import replace

import pytest

from rtserver.chat.events import (
    as_seen_from,
    change_event,
    chat_event,
    chat_gap,
    within,
)
from rtserver.delivery.replay import ReplayLimits
from store import lessons, messages
from store.records import MessageRecord
from store.transaction import Transaction
from tests.store.rows import TEN, add_lesson, add_member, add_messages, add_user, draft

LESSON, OLENA, SOFIA, LATE = 3, 7, 8, 9
PLENTY = ReplayLimits(100, 1 << 20)
MADE = MessageRecord(
    *(1, LESSON, 5, 5, OLENA, "Olena", "Hello", TEN, None, False, None, None)
)
EDITED = replace(MADE, seq=6, edited_at=TEN.replace(hour=11))
DELETED = replace(MADE, seq=7, text="", deleted=True)


@pytest.fixture
def lesson(tx: Transaction) -> None:
    """A lesson with two messages, and somebody who joined between them."""
    for user_id in (OLENA, SOFIA, LATE):
        add_user(tx, user_id)
    add_lesson(tx, LESSON)
    for user_id, start in ((OLENA, 0), (SOFIA, 0), (LATE, 1)):
        add_member(tx, LESSON, user_id, chat_from=start)
    lessons.take_chat_seq(tx, LESSON, 2)
    add_messages(tx, draft(LESSON, OLENA, 1), draft(LESSON, OLENA, 2))


@pytest.mark.parametrize(
    ("message", "since", "type"),
    [
        (MADE, 4, "chat.message.new"),
        (MADE, 5, "chat.message.edited"),
        (EDITED, 4, "chat.message.new"),
        (EDITED, 5, "chat.message.edited"),
        (DELETED, 4, "chat.message.deleted"),
        (DELETED, 6, "chat.message.deleted"),
    ],
)
def test_a_message_is_new_to_whoever_had_not_seen_its_first_state(
    message: MessageRecord, since: int, type: str
) -> None:
    event = chat_event(message, since, [SOFIA])

    assert (event.type, event.seq, event.user_ids) == (type, message.seq, (SOFIA,))
    assert event.ts == (message.edited_at or message.created_at)


def test_what_one_has_is_told_as_an_edit_and_all_else_as_it_is() -> None:
    new, gone = chat_event(EDITED, 4, [SOFIA]), chat_event(DELETED, 4, [SOFIA])

    assert as_seen_from(new, 5).type == "chat.message.edited"
    assert as_seen_from(new, 5).payload == new.payload
    assert as_seen_from(new, 4) is new
    assert as_seen_from(gone, 9) is gone


def test_a_replay_keeps_to_either_limit() -> None:
    events = [chat_event(MADE, 0, [SOFIA])] * 3
    size = sum(len(bytes(event.payload)) for event in events)

    assert within(events, ReplayLimits(3, size))
    assert not within(events, ReplayLimits(2, size))
    assert not within(events, ReplayLimits(3, size - 1))


@pytest.mark.usefixtures("lesson")
def test_a_gap_is_told_to_those_who_were_there(tx: Transaction) -> None:
    gap = chat_gap(tx, LESSON, 0, PLENTY)

    assert gap.events is not None
    told = {event.seq: set(event.user_ids) for event in gap.events}
    assert told == {1: {OLENA, SOFIA}, 2: {OLENA, SOFIA, LATE}}
    assert (gap.head, gap.states) == (2, True)


@pytest.mark.usefixtures("lesson")
def test_a_gap_gives_each_message_once_as_it_is_now(tx: Transaction) -> None:
    first = messages.changed_since(tx, LESSON, 0, limit=1)[0]
    seq = lessons.take_chat_seq(tx, LESSON)
    messages.set_text(tx, first.id, seq=seq, text="Changed", at=TEN)

    gap = chat_gap(tx, LESSON, 1, PLENTY)

    assert gap.events is not None
    told = [(event.seq, event.type) for event in gap.events]
    assert told == [(2, "chat.message.new"), (3, "chat.message.edited")]


@pytest.mark.usefixtures("lesson")
def test_a_gap_too_large_to_fill_says_so_and_where_it_ends(tx: Transaction) -> None:
    gap = chat_gap(tx, LESSON, 0, ReplayLimits(1, 1 << 20))

    assert (gap.events, gap.head) == (None, 2)


def test_a_lesson_that_is_not_there_has_no_gap(tx: Transaction) -> None:
    gap = chat_gap(tx, 99, 4, PLENTY)

    assert (gap.events, gap.head) == ([], 4)


@pytest.mark.parametrize(
    ("message", "type"), [(MADE, "new"), (EDITED, "edited"), (DELETED, "deleted")]
)
def test_change_is_told_as_what_it_is_to_who_has_seen_all_before_it(
    message: MessageRecord, type: str
) -> None:
    now = TEN.replace(hour=12)

    event = change_event(message, [OLENA, SOFIA], now=now)

    assert event.type == f"chat.message.{type}"
    assert (event.seq, event.user_ids) == (message.seq, (OLENA, SOFIA))
    # A deletion's own time is stored nowhere.
    assert event.ts == now
