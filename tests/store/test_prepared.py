"""What is prepared gives what the query itself gives, in both databases."""

from typing import Any

import pytest

from store import (
    board_journal,
    board_marks,
    facts,
    files,
    held_messages,
    lessons,
    members,
    messages,
    read_marks,
)
from store.models import BoardEntry, Fact, Lesson, Member, Message, ReadMark, User
from store.models_boards import BoardMark
from store.models_files import File
from store.models_held import HeldMessage
from store.prepared import MAX_KEPT, Prepared
from store.records import BoardEntryRecord
from store.transaction import Transaction
from tests.store.rows import (
    TEN,
    add_lesson,
    add_member,
    add_messages,
    add_user,
    draft,
)

LESSON, OLENA = 3, 7
MESSAGE = 2**40  # the id of the first


@pytest.fixture
def filled(tx: Transaction) -> Transaction:
    """A lesson with a member, three changes of its board, and some of a chat."""
    add_user(tx, OLENA)
    add_lesson(tx, LESSON)
    add_member(tx, LESSON, OLENA)
    entries = [
        BoardEntryRecord(LESSON, seq, "patch", OLENA, TEN, b"[]") for seq in (1, 2, 3)
    ]
    board_journal.append(tx, entries)
    board_marks.set_seen(tx, LESSON, 2, merged=1)
    first = draft(LESSON, OLENA, 1, client_id="one", id=MESSAGE, created_seq=1)
    tx.insert(Message.insert(**first))
    add_messages(tx, draft(LESSON, OLENA, 2))
    held = {"lesson": LESSON, "author": OLENA, "text": "", "created_at": TEN}
    held |= {"client_id": "held", "state": "approved", "decided_by": OLENA}
    tx.insert(HeldMessage.insert(**held, message_id=MESSAGE))
    read_marks.put(tx, LESSON, OLENA, 2)
    file = {"id": "f_1", "purpose": "chat", "name": "tree.png", "type": "image/png"}
    file |= {"bytes": 1, "sha256": "", "created_at": TEN, "message": MESSAGE}
    tx.insert(File.insert(**file, lesson=LESSON, user=OLENA))
    return tx


@pytest.mark.parametrize(
    ("prepared", "values", "query"),
    [
        (
            lessons._BY_ID,
            (LESSON,),
            Lesson.select(*lessons._COLUMNS).where(Lesson.id == LESSON),
        ),
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
            Member.select(*members._COLUMNS)
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
        (
            messages._BY_CLIENT_IDS,
            (OLENA, "one", OLENA, "none"),
            messages._query().where(Message.client_id == "one"),
        ),
        (
            messages._CREATED_SINCE,
            (LESSON, 1, 1),
            messages._query().where(Message.seq == 2),
        ),
        (
            held_messages._BY_CLIENT_IDS,
            (OLENA, "held"),
            held_messages._query().where(HeldMessage.client_id == "held"),
        ),
        (
            held_messages._APPROVERS,
            (MESSAGE, 99),
            HeldMessage.select(HeldMessage.message_id, HeldMessage.decided_by),
        ),
        (
            read_marks._OF_LESSON,
            (LESSON,),
            ReadMark.select(ReadMark.user, ReadMark.seq),
        ),
        (
            files._OF_MESSAGES,
            (MESSAGE,),
            files._query().where(File.message == MESSAGE),
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


def test_one_that_writes_counts_as_a_write(filled: Transaction) -> None:
    before = filled.writes

    lessons.set_board_seq(filled, LESSON, 9, 40)
    lessons.set_notified_seq(filled, LESSON, 2)
    taken = [lessons.take_chat_seqs(filled, {id: 3}) for id in (LESSON, 99)]

    assert filled.writes == before + 4
    assert taken == [{LESSON: 3}, {}]
    lesson = lessons.get(filled, LESSON)
    assert lesson is not None
    assert (lesson.board_seq, lesson.chat_seq) == (9, 3)
    assert lessons.board_bytes(filled, LESSON) == 40
    assert lessons.notified_seqs(filled, [LESSON]) == {LESSON: 2}


def test_numbers_are_taken_of_each_lesson_as_many_as_are_asked_for(
    filled: Transaction,
) -> None:
    other = add_lesson(filled, LESSON + 1).id

    for _ in range(2):
        lessons.take_chat_seqs(filled, {LESSON: 1, other: 5})

    assert lessons.chat_seqs(filled, [LESSON, other]) == {LESSON: 2, other: 10}


def test_a_list_of_values_has_any_length(filled: Transaction) -> None:
    for count in (0, 1, 2, MAX_KEPT, MAX_KEPT + 1):
        ids = range(LESSON, LESSON + count)

        assert [one.id for one in lessons.by_ids(filled, ids)] == [LESSON][:count]
        assert [one.user_id for one in members.of_lessons(filled, ids)] == (
            [OLENA][:count]
        )

    assert max(count for _, count in lessons._BY_IDS._made) == MAX_KEPT


def plain(rows: Any) -> Any:
    """Make what differs by driver comparable, and 1 differ from True."""
    return [
        {k: repr(bytes(v) if isinstance(v, memoryview) else v) for k, v in row.items()}
        for row in rows
    ]
