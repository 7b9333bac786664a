"""The end of files, and of what is nobody's."""

import asyncio

import pytest

from rtserver.files.folder import new_id
from rtserver.files.removal import FileRemoval, look
from rtserver.settings.errors import SettingsError
from store import file_uploads, files
from tests.lesson_school import SOFIA
from tests.pictures import png
from tests.rtserver.files.conftest import request
from tests.school import until


async def test_bytes_without_a_row_go_and_rows_without_bytes_are_told(school):
    lost, kept = await school.upload(1), await school.upload(2)
    school.folder.remove([lost.id])
    orphan, draft = new_id(), new_id()
    school.folder.place(orphan).touch()
    school.folder.append(draft, b"x")

    left = await school.removal.sweep()

    assert left == ([lost.id], sorted([orphan, draft]))
    assert school.folder.ids() == {kept.id}


async def test_what_is_on_its_way_is_left_alone(school):
    upload = await school.uploads.begin(SOFIA, request(100_000))
    await upload.write(b"x" * 70_000)

    left = await school.removal.sweep()

    assert left == ([], [])
    assert school.folder.ids() == {upload.id}
    await upload.give_up()


async def test_at_the_start_what_a_killed_server_left_goes(school, caplog):
    upload = await school.uploads.begin(SOFIA, request(100_000))
    await upload.write(b"x" * 70_000)

    await FileRemoval(school.db, school.clock, school.folder, alone=False).start()
    assert school.folder.ids() == {upload.id}  # another server's
    await FileRemoval(school.db, school.clock, school.folder, alone=True).start()

    assert school.folder.ids() == set()
    assert await school.db.read(file_uploads.ids) == set()
    assert "removed 1 files" in caplog.text
    await upload.give_up()


async def test_soon_after_the_start_what_a_killed_process_left_goes(sqlite):
    upload = await sqlite.uploads.begin(SOFIA, request(100_000))
    await upload.write(b"x" * 70_000)
    parts = sqlite.db, sqlite.clock, sqlite.folder
    other = FileRemoval(*parts, alone=False, first_sweep=0.0)
    await other.start()
    sqlite.clock.advance(61)

    task = asyncio.create_task(other.run_sweeps())

    await until(lambda: sqlite.folder.ids() == set())
    task.cancel()
    await upload.give_up()


async def test_where_no_files_can_be_kept_the_start_says_which_setting(sqlite):
    sqlite.folder.path.rmdir()
    sqlite.folder.path.touch()

    with pytest.raises(SettingsError, match="dir: No files can be kept"):
        await sqlite.removal.start()


async def test_what_was_not_sent_within_a_day_goes(school):
    chat = await school.upload(1)
    board = await school.upload(2, purpose="board")

    school.clock.advance(86_399)
    await school.removal.sweep()
    assert school.folder.ids() == {chat.id, board.id}
    school.clock.advance(2)
    await school.removal.sweep()

    assert school.folder.ids() == {board.id}


async def test_what_was_discarded_goes_as_soon_as_that_is_wanted(sqlite):
    made = [await sqlite.upload(number) for number in range(3)]
    task = asyncio.create_task(sqlite.removal.run())
    await sqlite.db.write(files.discard, [one.id for one in made])

    sqlite.removal.soon()

    await until(lambda: sqlite.folder.ids() == set())
    task.cancel()


async def test_a_purge_that_was_cut_off_is_taken_up_again(sqlite):
    made = await sqlite.upload()
    await sqlite.db.write(files.discard, [made.id])
    sqlite.folder.remove([made.id])

    await sqlite.removal.purge()

    assert await sqlite.db.read(files.discarded, 9) == []


async def test_a_look_changes_nothing(sqlite):
    made = await sqlite.upload()
    orphan = new_id()
    sqlite.folder.place(orphan).write_bytes(png())

    assert await look(sqlite.db, sqlite.folder) == ([], [orphan])
    assert sqlite.folder.ids() == {made.id, orphan}
