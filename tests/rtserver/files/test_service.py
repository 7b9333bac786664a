"""Files that are kept; who may do what is in handlers/test_files."""

import pytest

from rtserver.errors import NotFound
from store import files
from tests.lesson_school import LESSON, OLENA, SOFIA
from tests.pictures import chunk, png


async def test_a_files_bytes_are_read(sqlite):
    made = await sqlite.upload()

    assert await sqlite.files.get(SOFIA, made.id) == made
    with await sqlite.files.open(made.id) as opened:
        assert opened.read() == png(chunk(b"pHYs", b"\0" * 9))


async def test_lost_bytes_are_not_found(sqlite, caplog):
    made = await sqlite.upload()
    sqlite.folder.remove([made.id])

    with pytest.raises(NotFound):
        await sqlite.files.open(made.id)
    assert "rtserver check" in caplog.text


async def test_pages_follow_each_other(school):
    made = [(await school.upload(number)).id for number in range(3)]

    first = await school.files.page(SOFIA, LESSON, cursor=None, limit=2)
    second = await school.files.page(SOFIA, LESSON, cursor=first.next, limit=2)

    assert [one.id for one in first.results] == [made[2], made[1]]
    assert [one.id for one in second.results] == [made[0]]
    assert second.next is None


async def test_only_what_one_may_see_is_visible(school):
    mine, other = await school.upload(1), await school.upload(2, OLENA)

    asked = [mine.id, other.id, "f_unknown"]
    assert await school.files.visible(SOFIA, asked) == [mine.id]


async def test_deleted_bytes_are_gone_at_once_and_the_row_too(school):
    made = await school.upload()

    await school.files.delete(SOFIA, made.id)

    assert school.folder.ids() == set()
    assert await school.db.read(files.discarded, 9) == []
    with pytest.raises(NotFound):
        await school.files.get(SOFIA, made.id)


async def test_what_the_disk_keeps_back_is_removed_later(sqlite):
    made = await sqlite.upload()
    place = sqlite.folder.place(made.id)
    place.unlink()
    place.mkdir()  # can't be unlinked

    await sqlite.files.delete(SOFIA, made.id)

    assert await sqlite.db.read(files.discarded, 9) == [made.id]
    place.rmdir()
    await sqlite.removal.purge()
    assert await sqlite.db.read(files.discarded, 9) == []
