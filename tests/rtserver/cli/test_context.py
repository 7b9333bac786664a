"""Where a command's settings come from."""

import pytest


@pytest.fixture
def config(tmp_path):
    """A config whose database is elsewhere."""
    path = tmp_path / "config.ini"
    path.write_text(f"[server]\ndata_dir = {tmp_path / 'elsewhere'}\n")
    return path


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


def test_an_unreachable_database_is_named_without_its_password(cli):
    cli.set(database_url="postgresql://rt:geheim@127.0.0.1:1/school")

    done = cli.run("migrate")

    assert (done.code, done.out) == (1, "")
    assert "[database] url" in done.err and "refused" in done.err
    assert "geheim" not in done.err and "Traceback" not in done.err
