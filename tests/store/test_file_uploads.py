"""Room for what is on its way."""

import pytest

from store import file_uploads, files
from store.transaction import Transaction
from tests.store.rows import HOUR, TEN, add_lesson, add_user
from tests.store.test_files import values

LATER = TEN + HOUR


@pytest.fixture(autouse=True)
def places(tx: Transaction) -> None:
    add_user(tx, 1)
    add_lesson(tx, 3)
    add_lesson(tx, 4)


def reserve(tx: Transaction, id: str, size: int, lesson: int = 3) -> None:
    file_uploads.reserve(tx, id, lesson_id=lesson, size=size, until=LATER)


def test_files_and_uploads_take_room_of_the_lesson_and_the_school(
    tx: Transaction,
) -> None:
    files.insert(tx, values("f", bytes=1))
    files.insert(tx, values("g", bytes=10, lesson=4))
    reserve(tx, "a", 100)
    reserve(tx, "b", 1000, lesson=4)

    taken = file_uploads.taken
    assert taken(tx, TEN, besides="") == 1111
    assert taken(tx, TEN, besides="", lesson_id=3) == 101
    assert taken(tx, TEN, besides="a", lesson_id=3) == 1
    files.discard(tx, ["f"])
    assert taken(tx, TEN, besides="a", lesson_id=3) == 0


def test_more_room_takes_the_place_of_less(tx: Transaction) -> None:
    reserve(tx, "a", 100)
    reserve(tx, "a", 150)

    assert file_uploads.taken(tx, TEN, besides="") == 150


def test_room_comes_back_once(tx: Transaction) -> None:
    reserve(tx, "a", 100)

    assert file_uploads.end(tx, "a")
    assert not file_uploads.end(tx, "a")
    assert file_uploads.taken(tx, TEN, besides="") == 0


def test_what_nobody_says_is_alive_is_dead(tx: Transaction) -> None:
    reserve(tx, "a", 100)
    reserve(tx, "b", 10)
    file_uploads.renew(tx, ["b"], LATER + HOUR)

    assert file_uploads.taken(tx, LATER, besides="") == 10
    file_uploads.end_dead(tx, LATER)
    assert file_uploads.ids(tx) == {"b"}
    file_uploads.end_all(tx)
    assert file_uploads.ids(tx) == set()


def test_one_process_shares_out_room_at_a_time(tx: Transaction) -> None:
    assert file_uploads.alone(tx)
