"""What becomes of files: backups, erasing, and what is kept long enough."""

import json
from datetime import timedelta
from typing import Any

import pytest

from store import files
from tests.app_fixtures import MakeSchool
from tests.fakes import FakeClock
from tests.patience import PATIENCE
from tests.rtserver.cli_runs import Cli
from tests.rtserver.privacy.marked_school import Marked, marked_school
from tests.school import SECRET, School, until
from tests.uploading import Owner, folder, names, owners


@pytest.fixture
def marked(io_loop: Any, school: School) -> Marked:
    made: Marked = io_loop.run_sync(lambda: marked_school(school), timeout=PATIENCE)
    return made


async def test_erasing_takes_the_files_along(marked: Marked) -> None:
    zoryna = Owner(marked.school, marked.zoryna, marked.lesson)
    olena = Owner(marked.school, marked.olena, marked.lesson)
    await zoryna.upload_new(1)
    sent = await zoryna.upload_new(4)
    message = {"lesson_id": zoryna.lesson, "text": "", "files": [sent["id"]]}
    path = "/api/chat/messages/"
    said = await marked.school.http("POST", path, zoryna.token, message)
    assert said.status == 201
    await zoryna.upload_new(2, purpose="board")
    kept = await olena.upload_new(3)

    done = await marked.erase()

    assert done["uploads"] == 3
    assert names(marked.school) == {kept["id"]}
    assert await marked.school.services.db.read(files.ids) == {kept["id"]}


async def test_files_of_old_boards_go_with_these(
    make_school: MakeSchool, database_url: str
) -> None:
    clock = FakeClock()
    school = await make_school(database_url, clock=clock, boards_keep_days=1)
    tutor, _, _ = await owners(school)
    await tutor.upload_new(1, purpose="board")
    chat = await tutor.upload_new(2)

    clock.advance(timedelta(days=1, hours=2).total_seconds())
    await school.services.retention.prune()

    await until(lambda: names(school) == {chat["id"]})


async def test_a_backup_brings_files_back(make_school: MakeSchool, tmp_path) -> None:
    school = await make_school()
    tutor, _, _ = await owners(school)
    made, later = await tutor.upload_new(1), await tutor.upload_new(2)
    cli = Cli(tmp_path, auth_secret=SECRET)
    cli.set(
        server_data_dir=school.settings.server.data_dir,
        database_url=school.settings.database_url.reveal(),
    )
    await tutor.delete(later["id"])

    backup = tmp_path / "b.db"
    assert cli.value("backup", backup)["files"] == 1
    await tutor.delete(made["id"])
    assert names(school) == set()
    await school.stop()
    done = cli.value("restore", backup)

    assert (done["files"], done["missing_files"]) == (1, 0)
    assert names(school) == {made["id"]}
    checked = json.loads(cli.run("check", "--json").out)
    (files_checked,) = (one for one in checked if one["name"] == "lesson_files")
    assert files_checked["ok"], files_checked
    assert folder(school).name == "files"
