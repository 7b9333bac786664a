"""``rtserver backup``, ``restore`` and ``migrate --new-epoch``."""

import pytest

from store.exclusive import ServerLock
from tests.rtserver.cli_runs import Cli, serving
from tests.store.marked import epoch, marks

POSTGRES = "postgresql://rt:geheim@db.example/school"


@pytest.fixture
def cli(tmp_path):
    cli = Cli(tmp_path)
    cli.value("migrate")
    return cli


def names(cli):
    return [user["name"] for user in cli.value("user", "list")]


def test_backup_tells_the_file_and_its_size(cli, tmp_path):
    file = tmp_path / "b.db"

    value = cli.value("backup", file)

    assert value == {"file": str(file), "bytes": file.stat().st_size, "files": 0}
    assert "checked" in cli.run("backup", file).out
    assert marks(file) == []


def test_backup_changes_no_tables(cli, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    database = cli.data / "rtserver.db"
    before = database.read_bytes()

    cli.value("backup", "b.db")

    assert database.read_bytes() == before


def test_restore_brings_back_what_was_and_tells_where_the_rest_is(cli, tmp_path):
    cli.add_user("Olena")
    cli.value("backup", tmp_path / "b.db")
    cli.add_user("Taras")

    value = cli.value("restore", tmp_path / "b.db")

    assert names(cli) == ["Olena"]
    assert value["database"] == str(cli.data / "rtserver.db")
    assert value["epoch"] == epoch(cli.data / "rtserver.db")
    assert cli.value("restore", value["aside"])["aside"] != value["aside"]
    assert names(cli) == ["Olena", "Taras"]


def test_restore_needs_no_data_folder(cli, tmp_path):
    cli.add_user("Olena")
    cli.value("backup", tmp_path / "b.db")
    cli.set(server_data_dir=tmp_path / "new" / "data")

    assert cli.value("restore", tmp_path / "b.db")["aside"] is None
    assert names(cli) == ["Olena"]


def test_restore_beside_a_server_is_refused(cli, tmp_path):
    cli.value("backup", tmp_path / "b.db")
    with serving(cli):
        done = cli.run("restore", tmp_path / "b.db")

    assert (done.code, done.out) == (1, "")
    assert "A server is using" in done.err and "Stop it first" in done.err


def test_after_a_restore_a_server_can_start(cli, tmp_path):
    cli.value("backup", tmp_path / "b.db")
    cli.value("restore", tmp_path / "b.db")

    with serving(cli) as server:
        assert "listening on" in server.log


def test_a_file_that_is_no_backup_is_a_sentence(cli, tmp_path):
    (tmp_path / "b.db").write_text("my thesis")

    for command in ("backup", "restore"):
        done = cli.run(command, tmp_path / "b.db")
        assert (done.code, done.out) == (1, "")
        assert "b.db" in done.err and "Traceback" not in done.err
    assert "b.db is no backup of rtserver" in done.err


@pytest.mark.parametrize(
    ("command", "lines"),
    [
        ("backup", ["pg_dump --format=custom --no-owner --file='my school' ", "cp -a"]),
        ("restore", ["pg_restore --clean", "'my school'", "migrate --new-epoch"]),
        ("restore", ["cp -a 'my school'.files/. "]),
    ],
)
def test_for_postgresql_the_commands_are_told_without_the_password(cli, command, lines):
    cli.set(database_url=POSTGRES)

    done = cli.run(command, "my school")

    assert (done.code, done.out) == (1, "")
    assert all(line in done.err for line in [*lines, "db.example/school"])
    assert "geheim" not in done.err


def test_new_epoch_is_told_and_kept(cli):
    before = epoch(cli.data / "rtserver.db")

    value = cli.value("migrate", "--new-epoch")

    assert value == {"applied": [], "epoch": epoch(cli.data / "rtserver.db")}
    assert value["epoch"] != before
    assert "epoch" in cli.run("migrate", "--new-epoch").out


@pytest.mark.parametrize("shared", [False, True])
def test_new_epoch_beside_a_server_is_refused(cli, postgres_url, shared):
    cli.set(database_url=postgres_url)
    server = ServerLock(postgres_url, shared=shared)
    server.take()

    done = cli.run("migrate", "--new-epoch")

    server.release()
    assert done.code == 1
    assert "Stop every one first" in done.err
    assert cli.run("migrate", "--new-epoch").code == 0


def test_a_backup_that_finds_no_room_says_where_and_leaves_nothing(cli, tmp_path):
    folder = tmp_path / "backups"
    folder.mkdir()

    done = cli.run_within(100, "backup", folder / "b.db")

    assert done.code == 1
    assert f"Make room in {folder}, for the size of {cli.data}" in done.err
    assert list(folder.iterdir()) == []
