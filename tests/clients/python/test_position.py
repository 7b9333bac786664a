"""What comes to a client twice, too late or too early."""

from typing import Any

import pytest

from rtserver_client.position import (
    Opened,
    Position,
    Reload,
    Verdict,
    earliest,
    position_of,
    union,
)

ME = 7
PASS, DROP, GAP = Verdict.PASS, Verdict.DROP, Verdict.GAP


def chat_at(since: dict[str, int] | None = None) -> Position:
    return position_of("chat:user:7", lambda: ME, since)


def board_at(since: int | None = None) -> Position:
    return position_of("board:lesson:3", lambda: ME, since)


def message(lesson: int, seq: int) -> dict[str, Any]:
    payload = {"lesson_id": lesson, "seq": seq}
    return {"type": "chat.message.new", "seq": seq, "payload": payload}


def moved(type: str, lesson: int, user_id: int = ME, **more: Any) -> dict[str, Any]:
    return {"type": type, "payload": {"lesson_id": lesson, "user_id": user_id, **more}}


def opened(position: Position, **ack: Any) -> Opened:
    position.ask()
    return position.opened(ack)


def test_board_passes_each_seq_once_and_finds_the_gap():
    board = board_at()
    before = board.judge({"seq": 5})
    opened(board, seq=5)

    verdicts = [board.judge({"seq": seq}) for seq in (5, 6, 6, 8, 7, 8)]

    assert before is DROP
    assert verdicts == [DROP, PASS, DROP, GAP, PASS, PASS]
    assert board.judge({"type": "board.cursor.move"}) is PASS


def test_board_that_is_recovered_stays_where_it_was():
    board = board_at(5)

    assert opened(board, seq=9, recovered=True) == Opened()
    assert board.since == 5


def test_numbers_that_a_replay_passes_over_are_no_gap():
    board = board_at(5)
    opened(board, seq=9, recovered=True)

    verdicts = [board.judge({"seq": seq}) for seq in (7, 9, 10, 12)]

    assert verdicts == [PASS, PASS, PASS, GAP]


def test_of_several_positions_the_earliest_is_asked_for():
    chats = [{"1": 4, "2": 9}, None, {"2": 3, "5": 1}]

    assert earliest(chats) == {"1": 4, "2": 3, "5": 1}
    assert earliest([7, None, 3]) == 3
    assert earliest([None]) is None


def test_what_several_positions_miss_is_told_once():
    reloads = [Reload("joined", [1, 2]), Reload("ahead", [3]), Reload("joined", [2])]

    assert union(reloads) == [Reload("joined", [1, 2]), Reload("ahead", [3])]
    assert union([Reload("trimmed"), Reload("trimmed")]) == [Reload("trimmed", [])]


def test_board_that_is_not_recovered_goes_on_from_the_ack():
    board = board_at(5)
    result = opened(board, seq=9, recovered=False, reason="trimmed")

    assert result == Opened([Reload("trimmed")])
    assert board.since == 9


def test_chat_passes_each_message_once_and_waits_for_no_number():
    chat = chat_at()
    opened(chat, positions={"3": 12})

    verdicts = [chat.judge(message(3, seq)) for seq in (12, 14, 13, 14)]

    assert verdicts == [DROP, PASS, DROP, DROP]


def test_chat_passes_on_what_has_no_number_whatever_it_tells_of():
    chat = chat_at()
    opened(chat, positions={"3": 12})

    for payload in ({"held_id": 1, "lesson_id": 3}, {}):
        event = {"type": "chat.held.new", "payload": payload}
        assert chat.judge(event) is PASS
    assert chat.since == {"3": 12}


def test_what_a_replay_will_bring_is_dropped_until_its_ack_and_nothing_else():
    chat = chat_at()
    opened(chat, positions={"3": 12})
    chat.ask()

    assert chat.judge(message(3, 20)) is DROP
    assert chat.judge(moved("chat.joined", 4, seq=7)) is PASS
    assert chat.judge(message(4, 8)) is PASS
    chat.opened({"positions": {"3": 20, "4": 8}, "recovered": True})
    assert [chat.judge(message(3, seq)) for seq in (13, 20)] == [PASS, PASS]


def test_lesson_joined_while_it_was_asked_is_asked_for_again():
    chat = chat_at({"3": 12})
    chat.ask()
    chat.judge(moved("chat.joined", 4, seq=7))
    ack = {"positions": {"3": 12, "4": 9}, "recovered": True}

    assert chat.opened(ack).again
    assert chat.ask() == {"3": 12, "4": 7}
    assert not chat.opened(ack).again


def test_lessons_that_are_left_are_forgotten_and_those_of_others_are_not():
    chat = chat_at({"3": 12, "4": 7, "5": 1})
    opened(chat, positions={"3": 12, "5": 1}, recovered=True)
    chat.judge(moved("chat.left", 3, user_id=8))
    chat.judge(moved("chat.left", 5))

    assert chat.since == {"3": 12}


def test_lessons_that_cannot_be_recovered_are_named_by_their_reason():
    chat = chat_at({"3": 99, "4": 7, "5": 1})
    failed = {"3": "ahead", "5": "too_many"}
    positions = {"3": 15, "4": 9, "5": 600}
    result = opened(chat, positions=positions, recovered=False, not_recovered=failed)

    assert result.reloads == [Reload("ahead", [3]), Reload("too_many", [5])]
    assert chat.since == {"3": 15, "4": 7, "5": 600}


def test_lessons_that_are_new_at_the_return_are_named_and_at_the_beginning_not():
    chat = chat_at()

    assert opened(chat, positions={"3": 12}).reloads == []
    again = opened(chat, positions={"3": 12, "4": 5})
    assert again.reloads == [Reload("joined", [4])]


@pytest.mark.parametrize("channel", ["status:users", "room:lesson:3"])
def test_presence_and_rooms_have_no_position(channel):
    status = position_of(channel, lambda: ME, None)

    assert opened(status, online_ids=[7]) == Opened()
    assert status.judge({"type": "user.online"}) is PASS
