"""How a message's latest change is told, to those who know it and those who don't."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from rtserver.chat.events import as_seen_from, change_event, chat_event, within
from rtserver.delivery.replay import ReplayLimits
from store.records import MessageRecord

MADE = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
LATER = MADE + timedelta(minutes=5)


def message(seq: int, *, created_seq: int = 4, **changed: Any) -> MessageRecord:
    fields = {
        "id": 12,
        "lesson_id": 3,
        "seq": seq,
        "created_seq": created_seq,
        "author_id": 7,
        "author_name": "Taras",
        "text": "hello",
        "created_at": MADE,
        "edited_at": None,
        "deleted": False,
        "client_id": None,
        "sent_digest": None,
    }
    return MessageRecord(**fields | changed)


NEW = message(4)
EDITED = message(6, edited_at=LATER)
DELETED = message(6, deleted=True)


@pytest.mark.parametrize(
    ("changed", "type"), [(NEW, "new"), (EDITED, "edited"), (DELETED, "deleted")]
)
def test_change_is_told_as_what_it_is_to_who_has_seen_all_before_it(changed, type):
    event = change_event(changed, [7, 8], now=LATER)

    assert event.type == f"chat.message.{type}"
    assert (event.stream, event.seq) == ("chat:3", changed.seq)
    assert event.user_ids == (7, 8)
    assert json.loads(bytes(event.payload))["id"] == 12


@pytest.mark.parametrize(("since", "type"), [(3, "new"), (4, "edited"), (5, "edited")])
def test_edit_of_what_somebody_never_saw_is_told_as_new(since, type):
    assert chat_event(EDITED, since, [7]).type == f"chat.message.{type}"


@pytest.mark.parametrize("changed", [NEW, EDITED, DELETED])
def test_change_that_is_being_made_has_its_own_time(changed):
    assert change_event(changed, [7], now=LATER).ts == LATER


@pytest.mark.parametrize(("changed", "ts"), [(NEW, MADE), (EDITED, LATER)])
def test_change_that_is_read_back_has_the_time_that_is_stored(changed, ts):
    assert chat_event(changed, 3, [7]).ts == ts


@pytest.mark.parametrize(("position", "type"), [(3, "new"), (4, "edited")])
def test_what_a_gap_tells_as_new_is_an_edit_to_who_has_it(position, type):
    event = chat_event(EDITED, 2, [7])

    assert as_seen_from(event, position).type == f"chat.message.{type}"


def test_replay_keeps_to_the_number_of_events_and_of_bytes():
    event = chat_event(NEW, 3, [7])
    size = len(bytes(event.payload))

    assert within([event, event], ReplayLimits(2, 2 * size))
    assert not within([event, event], ReplayLimits(1, 2 * size))
    assert not within([event, event], ReplayLimits(2, 2 * size - 1))
