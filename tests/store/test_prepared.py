"""What is prepared gives what the query itself gives, in both databases."""

from typing import Any

import pytest

from store import board_journal, board_marks, facts, lessons, members
from store.models import BoardEntry, Fact, Lesson, Member, User
from store.models_boards import BoardMark
from store.prepared import MOST_KEPT, Prepared
from store.records import BoardEntryRecord
from store.transaction import Transaction
from tests.store.rows import TEN, add_lesson, add_member, add_user

LESSON, OLENA = 3, 7


@pytest.fixture
def filled(tx: Transaction) -> Transaction:
    """A lesson with a member, and three changes of its board."""
    add_user(tx, OLENA)
    add_lesson(tx, LESSON)
    add_member(tx, LESSON, OLENA)
    entries = [
        BoardEntryRecord(LESSON, seq, "patch", OLENA, TEN, b"[]") for seq in (1, 2, 3)
    ]
    board_journal.append(tx, entries)
    board_marks.set_seen(tx, LESSON, 2, merged=1)
    return tx


@pytest.mark.parametrize(
    ("prepared", "values", "query"),
    [
        (lessons._BY_ID, (LESSON,), Lesson.select().where(Lesson.id == LESSON)),
        (
            board_marks._OF_LESSON,
            (LESSON,),
            BoardMark.select().where(BoardMark.lesson == LESSON),
        ),
        (
            facts._BY_NAME,
            ("epoch",),
            Fact.select(Fact.value).where(Fact.name == "epoch"),
        ),
        (
            members._ACTING,
            (LESSON, OLENA),
            Member.select(Member, User.name)
            .join(User)
            .where(Member.lesson == LESSON, Member.user == OLENA, User.is_active),
        ),
        (
            board_journal._SINCE,
            (LESSON, 1, 1),
            BoardEntry.select().where(BoardEntry.seq == 2),
        ),
        (
            board_journal._BACKWARDS,
            (LESSON, 1, 2),
            BoardEntry.select().where(BoardEntry.seq == 2),
        ),
    ],
)
def test_the_rows_are_those_of_the_query_itself(
    filled: Transaction, prepared: Prepared, values: tuple[Any, ...], query: Any
) -> None:
    for _ in range(2):  # made, and made already
        assert plain(prepared.rows(filled, *values)) == plain(filled.rows(query))

    assert len(prepared.rows(filled, *values)) == 1


def test_values_are_given_anew_each_time(filled: Transaction) -> None:
    by_id = Prepared(Lesson, lambda id: Lesson.select(Lesson.id).where(Lesson.id == id))

    found = [by_id.first(filled, id) for id in (LESSON, 99, LESSON)]

    assert found == [{"id": LESSON}, None, {"id": LESSON}]


def test_a_query_is_made_once_and_keeps_its_own_values(filled: Transaction) -> None:
    made = []

    def make(seq: Any) -> Any:
        made.append(seq)
        where = (BoardEntry.lesson == LESSON) & (BoardEntry.seq > seq)
        return BoardEntry.select(BoardEntry.seq).where(where).limit(1)

    behind = Prepared(BoardEntry, make)

    assert [behind.first(filled, seq) for seq in (2, 3)] == [{"seq": 3}, None]
    assert len(made) == 1


def test_a_list_of_values_has_any_length(filled: Transaction) -> None:
    for count in (0, 1, 2, MOST_KEPT, MOST_KEPT + 1):
        ids = range(LESSON, LESSON + count)

        assert [one.id for one in lessons.by_ids(filled, ids)] == [LESSON][:count]
        assert [one.user_id for one in members.of_lessons(filled, ids)] == (
            [OLENA][:count]
        )

    assert max(count for _, count in lessons._BY_IDS._made) == MOST_KEPT


def plain(rows: Any) -> Any:
    """Make what differs by driver comparable."""
    return [
        {k: bytes(v) if isinstance(v, memoryview) else v for k, v in row.items()}
        for row in rows
    ]
