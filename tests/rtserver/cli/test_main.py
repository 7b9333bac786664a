"""What is common to all commands: where settings come from, exit codes, messages."""

import subprocess

import pytest

from rtserver import __version__
from tests.rtserver.cli_runs import Cli, Process


@pytest.fixture
def cli(tmp_path):
    return Cli(tmp_path)


@pytest.fixture
def config(tmp_path):
    """A config whose database is elsewhere."""
    path = tmp_path / "config.ini"
    path.write_text(f"[server]\ndata_dir = {tmp_path / 'elsewhere'}\n")
    return path


def test_version_is_printed(cli):
    assert cli.run("--version").out == f"{__version__}\n"
    assert cli.value("--version") == {"version": __version__}


def test_no_command_is_a_usage_error_with_help(cli):
    done = cli.run()

    assert (done.code, done.out) == (2, "")
    assert "serve" in done.err


@pytest.mark.parametrize(
    "argv",
    [
        ["sevre"],
        ["user"],
        ["user", "add", "a@example.org", "--name", "A", "--role", "boss"],
        ["serve", "--port", "99999"],
        ["token", "1", "--ttl", "-5"],
        ["token", "1", "--ttl", "nan"],
        ["lesson", "add", "T", "--starts", "now", "--ends", "later"],
        ["migrate", "--forc"],
    ],
)
def test_a_wrong_command_line_exits_2_with_usage_on_stderr(cli, argv):
    done = cli.run(*argv)

    assert (done.code, done.out) == (2, "")
    assert "usage: rtserver" in done.err


@pytest.mark.parametrize("before", [True, False])
def test_config_counts_before_and_after_the_command(cli, config, tmp_path, before):
    del cli.environ["RTSERVER_SERVER_DATA_DIR"]
    option = ["--config", config]

    done = cli.run(*option, "migrate") if before else cli.run("migrate", *option)

    assert done.code == 0
    assert (tmp_path / "elsewhere" / "rtserver.db").exists()


def test_config_may_be_named_by_the_environment(cli, config, tmp_path):
    cli.environ = {"RTSERVER_CONFIG": str(config)}

    cli.run("migrate")

    assert (tmp_path / "elsewhere" / "rtserver.db").exists()


def test_all_mistakes_in_the_settings_are_told_and_exit_2(cli):
    cli.set(server_port="80a", server_hots="x")

    done = cli.run("user", "list")

    assert (done.code, done.out) == (2, "")
    assert "2 mistakes" in done.err
    assert "[server] port" in done.err and "RTSERVER_SERVER_HOST" in done.err


def test_an_unusable_key_is_a_mistake_in_the_settings(cli, tmp_path):
    (tmp_path / "key.pem").write_text("no key")
    cli.set(auth_algorithms="RS256", auth_public_key_file=tmp_path / "key.pem")

    done = cli.run("user", "list")

    assert done.code == 2
    assert "[auth] public_key_file" in done.err


def test_an_unreachable_database_is_named_without_its_password(cli):
    cli.set(database_url="postgresql://rt:geheim@127.0.0.1:1/school")

    done = cli.run("migrate")

    assert (done.code, done.out) == (1, "")
    assert "[database] url" in done.err and "refused" in done.err
    assert "geheim" not in done.err and "Traceback" not in done.err


def test_a_folder_that_cannot_be_made_is_a_sentence(cli, tmp_path):
    (tmp_path / "file").write_text("")
    cli.set(database_url=f"sqlite:///{tmp_path}/file/school.db")

    done = cli.run("migrate")

    assert done.code == 1
    assert "file can't be used" in done.err and "Traceback" not in done.err


def test_migrate_names_what_it_applied(cli):
    assert "0001_foundation" in cli.value("migrate")["applied"]
    assert cli.value("migrate") == {"applied": []}
    assert cli.run("migrate").out == "The database is up to date.\n"


def test_a_reader_that_leaves_early_is_no_trouble(cli):
    cli.add_user("Olena")
    with Process(cli, "user", "list", stdout=subprocess.PIPE) as process:
        process.popen.stdout.close()

        assert process.ended() == 1
        assert process.log == ""


def test_an_output_that_takes_nothing_is_a_failure(cli):
    with (
        open("/dev/full", "w") as full,
        Process(cli, "--version", stdout=full) as process,
    ):
        assert process.ended() == 1
        assert "No space left on device" in process.log


def test_names_appear_escaped_where_they_cannot_be_shown(cli):
    cli.value("user", "add", "o@example.org", "--name", "Олена", "--role", "tutor")
    cli.environ["PYTHONIOENCODING"] = "ascii"
    with Process(cli, "user", "list") as process:
        assert process.ended() == 0, process.log
    assert r"\u041e\u043b" in process.out.read_text()
