"""All that is on its way: rights, room, and what is left."""

import asyncio
import os

import pytest

from rtserver.errors import (
    Forbidden,
    LimitExceeded,
    NotFound,
    RateLimited,
    RtError,
    TooLarge,
    Unavailable,
    UnsupportedMediaType,
)
from rtserver.files.under_way import AT_ONCE
from rtserver.files.uploads import ALIVE
from store import file_uploads, files, members
from store.database import Database
from store.errors import StoreUnavailable
from tests.lesson_school import LESSON, OLENA, SOFIA, STRANGER, TARAS
from tests.pictures import chunk, png
from tests.rtserver.files.conftest import request

MANY = 1000


async def test_a_file_is_kept_in_folder_and_database(school):
    made = await school.upload()

    assert school.folder.ids() == {made.id}
    assert await school.db.read(files.ids) == {made.id}
    assert await school.db.read(file_uploads.ids) == set()


@pytest.mark.parametrize(
    ("who", "asked", "error"),
    [
        (STRANGER, {}, NotFound),
        (TARAS, {}, Forbidden),
        (SOFIA, {"lesson_id": 99}, NotFound),
        (SOFIA, {"type": "image/svg+xml"}, UnsupportedMediaType),
    ],
)
async def test_who_may_not_and_what_may_not_is_refused(sqlite, who, asked, error):
    with pytest.raises(error):
        await sqlite.uploads.begin(who, request(10, **asked))

    assert await sqlite.db.read(file_uploads.ids) == set()


async def test_what_is_too_large_is_refused_before_it_comes(sqlite):
    with pytest.raises(TooLarge):
        await sqlite.uploads.begin(SOFIA, request(10_485_761))


@pytest.mark.parametrize("limit", ["lesson_bytes", "school_bytes"])
async def test_many_at_once_fill_the_room_and_no_more(school, limit):
    uploads = school.process(**{limit: 2 * MANY})

    begun = await asyncio.gather(
        *(uploads.begin(SOFIA, request(MANY)) for _ in range(8)),
        return_exceptions=True,
    )

    refused = [one for one in begun if isinstance(one, LimitExceeded)]
    assert len(refused) == 6
    taken = await school.db.read(
        lambda tx: file_uploads.taken(tx, school.clock.now(), besides="")
    )
    assert taken == 2 * MANY
    await uploads.close()


@pytest.mark.parametrize("limit", ["lesson_bytes", "school_bytes"])
async def test_several_processes_share_the_room(io_loop, school, database_url, limit):
    other = Database(database_url)
    await other.open()
    first = school.process(**{limit: 3 * MANY})
    second = school.process(other, **{limit: 3 * MANY})

    begun = await asyncio.gather(
        *(one.begin(SOFIA, request(MANY)) for one in [first, second] * 4),
        return_exceptions=True,
    )

    assert sum(isinstance(one, LimitExceeded) for one in begun) == 5
    await first.close()
    await second.close()
    await other.close()


async def test_a_slot_comes_back_however_an_upload_ends(sqlite):
    uploads = sqlite.process(lesson_bytes=MANY)
    for _ in range(AT_ONCE):
        with pytest.raises(LimitExceeded):
            await uploads.begin(SOFIA, request(MANY + 1))
        await (await uploads.begin(SOFIA, request(10))).give_up()
        upload = await uploads.begin(SOFIA, request(len(png())))
        await upload.write(png())
        await upload.finish()

    begun = [await uploads.begin(SOFIA, request(10)) for _ in range(AT_ONCE)]
    with pytest.raises(RateLimited):
        await uploads.begin(SOFIA, request(10))

    assert len(begun) == AT_ONCE
    await uploads.close()


async def test_of_one_user_so_much_is_kept_over_all_lessons(school):
    uploads = school.process(user_bytes=3 * MANY)
    early = [await uploads.begin(SOFIA, request(3 * MANY)) for _ in range(2)]
    kept = await school.upload()

    with pytest.raises(LimitExceeded, match="You have no room"):
        await uploads.begin(SOFIA, request(3 * MANY - kept.bytes + 1))
    for upload in early:
        await upload.give_up()
    await (await uploads.begin(OLENA, request(3 * MANY))).give_up()
    await (await uploads.begin(SOFIA, request(3 * MANY - kept.bytes))).give_up()


async def test_what_was_begun_before_counts_when_it_is_kept(school):
    pictures = [png(chunk(b"pHYs", bytes([n] * 9))) for n in range(2)]
    size = len(pictures[0])
    uploads = school.process(user_bytes=size)
    begun = [await uploads.begin(SOFIA, request(size)) for _ in pictures]
    for upload, picture in zip(begun, pictures, strict=True):
        await upload.write(picture)

    outcomes = await asyncio.gather(
        *(upload.finish() for upload in begun), return_exceptions=True
    )

    assert [type(one) for one in outcomes].count(LimitExceeded) == 1
    assert len(school.folder.ids()) == 1


async def test_room_comes_back_when_an_upload_is_given_up(sqlite):
    uploads = sqlite.process(lesson_bytes=MANY)
    first = await uploads.begin(SOFIA, request(MANY))

    await first.give_up()

    await (await uploads.begin(SOFIA, request(MANY))).give_up()


async def test_of_an_unknown_length_room_is_taken_as_it_comes(sqlite):
    uploads = sqlite.process(lesson_bytes=1_500_000)
    upload = await uploads.begin(SOFIA, request(None))
    for _ in range(14):
        await upload.write(b"x" * 70_000)

    with pytest.raises(LimitExceeded):
        for _ in range(20):
            await upload.write(b"x" * 70_000)
    await upload.give_up()

    assert sqlite.folder.ids() == set()


async def test_of_an_unknown_length_the_last_room_is_taken_too(sqlite):
    data = png()
    uploads = sqlite.process(lesson_bytes=len(data))
    upload = await uploads.begin(SOFIA, request(None))

    await upload.write(data)
    assert (await upload.finish()).created

    with pytest.raises(LimitExceeded):
        await uploads.begin(SOFIA, request(None))


async def test_who_loses_the_right_meanwhile_leaves_nothing(school):
    upload = await school.uploads.begin(SOFIA, request(len(png())))
    await upload.write(png())
    await school.school.run(members.delete, LESSON, SOFIA.user_id)

    with pytest.raises(RtError):
        await upload.finish()

    assert school.folder.ids() == set()
    assert await school.db.read(file_uploads.ids) == set()


async def test_the_same_bytes_at_once_are_one_file(school):
    begun = [await school.uploads.begin(SOFIA, request(len(png()))) for _ in range(4)]
    for upload in begun:
        await upload.write(png())

    kept = await asyncio.gather(*(upload.finish() for upload in begun))

    assert sorted(one.created for one in kept) == [False, False, False, True]
    assert school.folder.ids() == {kept[0].file.id}


async def test_what_is_alive_says_so_and_what_is_dead_cannot_be_kept(school):
    upload = await school.uploads.begin(SOFIA, request(len(png())))
    await upload.write(png())
    school.clock.advance(ALIVE.total_seconds() - 1)
    await school.uploads.renew()
    school.clock.advance(ALIVE.total_seconds() - 1)
    await school.removal.sweep()
    assert await school.db.read(file_uploads.ids) == {upload.id}

    school.clock.advance(2)
    await school.removal.sweep()

    with pytest.raises(Unavailable):
        await upload.finish()
    assert school.folder.ids() == set()


async def test_a_full_disk_is_unavailable_and_leaves_nothing(sqlite):
    upload = await sqlite.uploads.begin(SOFIA, request(len(png())))
    await upload.write(png())
    os.symlink("/dev/full", sqlite.folder.path / f"{upload.id}.part")

    with pytest.raises(Unavailable, match="no room"):
        await upload.finish()

    assert sqlite.folder.ids() == set()
    assert await sqlite.db.read(file_uploads.ids) == set()
    assert (await sqlite.upload()).bytes


@pytest.mark.parametrize("written", [0, 1])
async def test_a_database_that_is_away_leaves_nothing_for_long(
    sqlite, monkeypatch, written
):
    write = sqlite.db.write

    async def too_long(*args, **kwargs):
        if written:
            await write(*args, **kwargs)
        raise StoreUnavailable("the change took too long")

    upload = await sqlite.uploads.begin(SOFIA, request(len(png())))
    await upload.write(png())

    with monkeypatch.context() as away:
        away.setattr(sqlite.db, "write", too_long)
        with pytest.raises(StoreUnavailable):
            await upload.finish()

    sqlite.clock.advance(61)
    await sqlite.removal.sweep()
    kept = await sqlite.db.read(files.ids)
    assert sqlite.folder.ids() == kept
    assert len(kept) == written


async def test_at_the_end_all_is_given_up(school):
    upload = await school.uploads.begin(OLENA, request(100_000))
    await upload.write(b"x" * 70_000)

    await school.uploads.close()

    assert school.folder.ids() == set()
    assert await school.db.read(file_uploads.ids) == set()


async def test_what_another_process_took_for_dead_is_to_be_sent_again(sqlite):
    upload = await sqlite.uploads.begin(SOFIA, request(None))
    await upload.write(b"x" * 70_000)
    sqlite.folder.remove([upload.id])

    with pytest.raises(Unavailable):
        await upload.finish()

    assert sqlite.folder.ids() == set()
    assert await sqlite.db.read(file_uploads.ids) == set()


async def test_without_a_folder_uploads_are_unavailable(sqlite):
    upload = await sqlite.uploads.begin(SOFIA, request(10))
    sqlite.folder.path.rmdir()
    await upload.write(b"x" * 10)

    with pytest.raises(Unavailable):
        await upload.finish()

    assert await sqlite.db.read(file_uploads.ids) == set()
