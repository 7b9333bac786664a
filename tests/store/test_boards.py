from datetime import timedelta

import pytest

from store import board_journal, board_snapshots, lessons
from store.board_journal import Extent
from store.errors import ConstraintViolated
from store.models import Lesson
from store.records import BoardEntryRecord
from tests.lesson_school import LESSON, TEN, opened_with_lesson

DAY = timedelta(days=1)


@pytest.fixture
def school(io_loop, database_url):
    with opened_with_lesson(io_loop, database_url) as school:
        yield school


def entry(seq, at=TEN, elements=b"[]", lesson_id=LESSON):
    return BoardEntryRecord(lesson_id, seq, "patch", 2, at, elements)


def entries(*seqs, **fields):
    return [entry(seq, **fields) for seq in seqs]


def add(school, seq, kind="regular", *, taken_at=TEN, data=b"state"):
    """Store a snapshot."""
    fields = {"elements": 3, "checksum": "c" * 64, "data": data, "taken_at": taken_at}
    return school.run(
        board_snapshots.add, lesson_id=LESSON, seq=seq, kind=kind, **fields
    )


async def journal(school, since=0, limit=100):
    found = await school.db.read(
        lambda tx: board_journal.since(tx, LESSON, since, limit=limit)
    )
    return [entry.seq for entry in found]


async def snapshots(school):
    found = await school.db.read(board_snapshots.of_lesson, LESSON)
    return [(snapshot.seq, snapshot.kind) for snapshot in found]


async def test_an_entry_is_read_back_as_it_was_stored(school):
    elements = bytes(range(256)) * 300
    written = entry(1, TEN + timedelta(microseconds=1), elements)

    await school.run(board_journal.append, [written])

    read = await school.db.read(lambda tx: board_journal.since(tx, LESSON, 0, limit=9))
    assert read == [written]


async def test_large_entries_are_stored_in_several_statements(school):
    large = entries(1, 2, 3, 4, 5, elements=b"x" * (board_journal.MAX_BYTES // 2))

    def append(tx):
        board_journal.append(tx, large)
        return tx.writes

    assert await school.run(append) == 3
    assert await journal(school) == [1, 2, 3, 4, 5]


async def test_entries_come_in_order_behind_a_seq_and_up_to_a_limit(school):
    await school.run(board_journal.append, entries(3, 1, 2, 4))

    assert await journal(school) == [1, 2, 3, 4]
    assert await journal(school, since=2) == [3, 4]
    assert await journal(school, since=1, limit=2) == [2, 3]


async def test_all_entries_behind_a_seq_come_over_many_pages(school):
    await school.run(board_journal.append, entries(*range(1, 1202)))

    def read(tx):
        return [one.seq for one in board_journal.after(tx, LESSON, 1)]

    assert await school.db.read(read) == list(range(2, 1202))


async def test_a_seq_is_taken_once(school):
    await school.run(board_journal.append, entries(1))

    with pytest.raises(ConstraintViolated):
        await school.run(board_journal.append, entries(1))


async def test_the_extent_counts_entries_and_bytes_behind_a_seq(school):
    await school.run(board_journal.append, entries(1, 2, 3, elements=b"x" * 100_000))

    assert await school.db.read(board_journal.extent, LESSON, 1) == Extent(2, 200_000)
    assert await school.db.read(board_journal.extent, LESSON, 3) == Extent(0, 0)


async def test_the_oldest_is_the_first_that_is_kept(school):
    assert await school.db.read(board_journal.oldest, LESSON) is None

    await school.run(board_journal.append, entries(5, 6))

    assert await school.db.read(board_journal.oldest, LESSON) == 5


async def test_a_lessons_board_stands_where_it_was_set(school):
    await school.run(lessons.set_board_seq, LESSON, 41)

    assert await school.db.read(lessons.board_seqs, [LESSON, 99]) == {LESSON: 41}
    lesson = await school.db.read(lessons.get, LESSON)
    assert (lesson.board_seq, lesson.chat_seq) == (41, 9)


async def test_a_snapshot_is_read_back_as_it_was_stored(school):
    data = bytes(range(256)) * 3000

    await add(school, 7, data=data)

    (read,) = await school.db.read(board_snapshots.of_lesson, LESSON)
    assert (read.seq, read.kind, read.taken_at) == (7, "regular", TEN)
    assert (read.size, read.elements, read.broken) == (len(data), 3, False)
    assert await school.db.read(board_snapshots.data, read.id) == data


async def test_snapshots_come_newest_first(school):
    for seq in (5, 9, 7):
        await add(school, seq)

    assert [seq for seq, _ in await snapshots(school)] == [9, 7, 5]


async def test_a_snapshot_takes_the_place_of_a_broken_one_of_its_seq(school):
    await add(school, 7, data=b"broken")
    (old,) = await school.db.read(board_snapshots.of_lesson, LESSON)
    await school.run(board_snapshots.mark_broken, [old.id])

    await add(school, 7, data=b"good")

    (new,) = await school.db.read(board_snapshots.of_lesson, LESSON)
    assert (old.broken, new.broken, new.size) == (False, False, 4)
    assert await school.db.read(board_snapshots.data, new.id) == b"good"


async def test_a_marked_snapshot_is_known_as_broken(school):
    await add(school, 7)
    (snapshot,) = await school.db.read(board_snapshots.of_lesson, LESSON)

    await school.run(board_snapshots.mark_broken, [snapshot.id])

    (snapshot,) = await school.db.read(board_snapshots.of_lesson, LESSON)
    assert snapshot.broken


@pytest.mark.parametrize(
    ("first", "second", "kept"),
    [
        ("regular", "cleared", "cleared"),
        ("cleared", "regular", "cleared"),
        ("regular", "regular", "regular"),
    ],
)
async def test_what_was_cleared_at_a_seq_stays_so(school, first, second, kept):
    await add(school, 7, first)
    await add(school, 7, second)

    assert await snapshots(school) == [(7, kept)]


async def test_pruning_keeps_the_newest_two_good_snapshots(school):
    for seq in (1, 2, 3, 4):
        await add(school, seq)
    newest, *_ = await school.db.read(board_snapshots.of_lesson, LESSON)
    await school.run(board_snapshots.mark_broken, [newest.id])

    await school.run(board_snapshots.prune, LESSON, TEN + DAY)

    assert [seq for seq, _ in await snapshots(school)] == [4, 3, 2]


async def test_pruning_keeps_what_was_cleared_for_its_days(school):
    await add(school, 1, "cleared", taken_at=TEN - DAY)
    await add(school, 2, "cleared", taken_at=TEN)
    for seq in (3, 4):
        await add(school, seq)

    await school.run(board_snapshots.prune, LESSON, TEN)

    assert await snapshots(school) == [
        (4, "regular"),
        (3, "regular"),
        (2, "cleared"),
    ]


@pytest.mark.parametrize(
    ("before", "kept"),
    [(TEN, [1, 2, 3, 4]), (TEN + DAY, [2, 3, 4]), (TEN + 9 * DAY, [3, 4])],
)
async def test_pruning_keeps_entries_for_their_days_and_behind_snapshots(
    school, before, kept
):
    written = [entry(seq, TEN + (seq - 1) * DAY) for seq in (1, 2, 3, 4)]
    await school.run(board_journal.append, written)
    for seq in (2, 4):
        await add(school, seq)

    await school.run(board_snapshots.prune, LESSON, before)

    assert await journal(school) == kept


async def test_pruning_with_one_snapshot_deletes_nothing(school):
    await school.run(board_journal.append, entries(1, 2))
    await add(school, 2)

    assert await school.run(board_snapshots.prune, LESSON, TEN + 9 * DAY) == 0
    assert await journal(school) == [1, 2]


async def test_pruning_leaves_no_hole_when_the_clock_went_back(school):
    later = [entry(1, TEN), entry(2, TEN + DAY), entry(3, TEN)]
    await school.run(board_journal.append, later)
    for seq in (3, 4):
        await add(school, seq)

    await school.run(board_snapshots.prune, LESSON, TEN + DAY)

    assert await journal(school) == [2, 3]


async def test_a_long_journal_is_pruned_a_part_at_a_time(school):
    count = board_journal.MAX_PRUNED + 5
    await school.run(board_journal.append, entries(*range(1, count + 1)))
    for seq in (count, count + 1):
        await add(school, seq)

    pruned = [
        await school.run(board_snapshots.prune, LESSON, TEN + DAY) for _ in range(3)
    ]

    assert pruned == [board_journal.MAX_PRUNED, 5, 0]


async def test_a_lesson_takes_its_board_along(school):
    await school.run(board_journal.append, entries(1))
    await add(school, 1)

    await school.run(lambda tx: tx.write(Lesson.delete()))

    assert await journal(school) == []
    assert await snapshots(school) == []
