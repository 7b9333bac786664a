"""Rows of files."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from store import files
from store.transaction import Transaction
from tests.store.rows import DAY, HOUR, TEN, add_lesson, add_messages, add_user, draft


@pytest.fixture(autouse=True)
def places(tx: Transaction) -> None:
    add_user(tx, 1)
    add_user(tx, 2)
    add_lesson(tx, 3)
    add_lesson(tx, 4)


def values(id: str, **more: Any) -> Mapping[str, Any]:
    plain = {
        "id": id,
        "lesson": 3,
        "user": 1,
        "purpose": "chat",
        "name": f"{id}.png",
        "type": "image/png",
        "bytes": 10,
        "sha256": "a" * 64,
        "created_at": TEN,
    }
    return plain | more


def add(tx: Transaction, *ids: str, **more: Any) -> None:
    for id in ids:
        files.insert(tx, values(id, **more))


def message(tx: Transaction, seq: int) -> int:
    return add_messages(tx, draft(3, 1, seq))[0]


def listed(tx: Transaction, user_id: int, **more: Any) -> list[str]:
    asked: dict[str, Any] = {"all_of_them": False, "before": None, "limit": 99}
    return [file.id for file in files.page(tx, 3, user_id=user_id, **asked | more)]


def test_a_file_is_found_as_it_was_added(tx: Transaction) -> None:
    added = files.insert(tx, values("f"))

    assert files.get(tx, "f") == added
    assert (added.user_id, added.lesson_id, added.name) == (1, 3, "f.png")
    assert (added.message_id, added.held_id, added.is_shared) == (None, None, False)
    assert files.by_ids(tx, ["f", "g"]) == {"f": added}


def test_only_what_is_alike_in_all_is_a_twin(tx: Transaction) -> None:
    first = files.insert(tx, values("f"))

    assert files.unused_twin(tx, values("g")) == first
    for other in (
        *({"user": 2}, {"lesson": 4}, {"purpose": "board"}, {"sha256": "b" * 64}),
        {"type": "image/gif"},
    ):
        assert files.unused_twin(tx, values("g", **other)) is None
    files.attach(tx, {"f": message(tx, 1)})
    assert files.unused_twin(tx, values("g")) is None


def test_messages_have_files_in_the_order_of_their_upload(tx: Transaction) -> None:
    add(tx, "b", "a", "c")
    one, other = message(tx, 1), message(tx, 2)
    files.attach(tx, {"a": one, "b": one, "c": other})

    found = files.of_messages(tx, [one, other, 99])

    assert {id: [file.id for file in of] for id, of in found.items()} == {
        one: ["b", "a"],
        other: ["c"],
    }


def test_a_list_leaves_out_what_others_have_not_sent(tx: Transaction) -> None:
    add(tx, "mine", "sent")
    add(tx, "theirs", user=2)
    add(tx, "board", user=2, purpose="board")
    add(tx, "elsewhere", lesson=4)
    files.attach(tx, {"sent": message(tx, 1)})

    assert listed(tx, 1) == ["board", "sent", "mine"]
    assert listed(tx, 2) == ["board", "theirs", "sent"]
    assert listed(tx, 9, all_of_them=True) == ["board", "theirs", "sent", "mine"]
    before = files.get(tx, "theirs")
    assert before is not None
    assert listed(tx, 1, before=before.number, limit=1) == ["sent"]
    assert [file.id for file in files.of_lesson(tx, 3)] == ["sent", "board"]


def test_what_is_discarded_is_nowhere_and_weighs_nothing(tx: Transaction) -> None:
    add(tx, "f", "g")

    assert files.discard(tx, ["f"]) == 1
    assert files.discard(tx, ["f"]) == 0

    assert files.get(tx, "f") is None and listed(tx, 1) == ["g"]
    assert files.ids(tx) == {"g"}
    assert files.discarded(tx, 9) == ["f"]
    files.forget(tx, ["f", "g"])
    assert files.discarded(tx, 9) == [] and files.ids(tx) == {"g"}


def test_the_files_of_messages_and_old_boards_go_with_these(tx: Transaction) -> None:
    add(tx, "a", "b", "c")
    add(tx, "board", purpose="board")
    add(tx, "other", purpose="board", lesson=4)
    one = message(tx, 1)
    files.attach(tx, {"a": one, "b": message(tx, 2)})

    assert files.discard_of_messages(tx, [one]) == 1
    assert files.ids(tx) == {"b", "c", "board", "other"}
    assert files.discard_of_old_boards(tx, TEN + HOUR, 9) == 0
    assert files.discard_of_old_boards(tx, TEN + 2 * HOUR, 1) == 1
    assert files.discard_of_old_boards(tx, TEN + 2 * HOUR, 9) == 1
    assert files.ids(tx) == {"b", "c"}


def test_what_was_not_sent_in_time_goes(tx: Transaction) -> None:
    add(tx, "old", "sent", "also old")
    add(tx, "young", created_at=TEN + DAY)
    add(tx, "board", purpose="board")
    files.attach(tx, {"sent": message(tx, 1)})

    before = TEN + timedelta(microseconds=1)
    assert files.discard_unsent(tx, before, 1) == 1
    assert files.discard_unsent(tx, before, 9) == 1
    assert files.discard_unsent(tx, before, 9) == 0

    assert files.ids(tx) == {"sent", "young", "board"}


def test_somebodys_files_are_told_by_lesson(tx: Transaction) -> None:
    add(tx, "a", "b")
    add(tx, "c", lesson=4)
    add(tx, "d", user=2)

    assert files.lessons_with_files_of(tx, 1) == {3: ["a", "b"], 4: ["c"]}
    assert [file.id for file in files.of_user(tx, 1)] == ["a", "b", "c"]
