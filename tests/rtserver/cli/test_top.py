"""``rtserver top`` beside a server: as a page, and for scripts."""

import re

import pytest

from tests.rtserver.cli_runs import Cli, Process, serving


@pytest.fixture(scope="module")
def cli(tmp_path_factory):
    return Cli(tmp_path_factory.mktemp("top"))


@pytest.fixture(scope="module")
def url(cli):
    with serving(cli) as server:
        yield server.url


def test_one_page_is_printed(cli, url):
    done = cli.run("top", "--url", f"{url}/", "--interval", "0.1")

    assert (done.code, done.err) == (0, "")
    assert "\x1b" not in done.out and done.out.startswith("PEOPLE")
    assert url in done.out


def test_a_page_is_as_narrow_as_watch_says(url, tmp_path):
    cli = Cli(tmp_path)
    cli.environ["COLUMNS"] = "80"
    with Process(cli, "top", "--url", url, "--interval", "0.1") as process:
        assert process.ended() == 0
    figures, _, _ = process.out.read_text().partition("\n\n")

    assert figures.startswith("PEOPLE")
    assert max(map(len, figures.splitlines())) <= 80


def test_a_script_gets_one_value(cli, url):
    value = cli.value("top", "--url", url, "--interval", "0.1")

    assert value["http"]["statuses"]["2xx"] > 0
    assert value["database"]["up"] is True and value["redis"] is None
    assert [process["url"] for process in value["processes"]] == [url]


def test_the_settings_name_the_server(cli, url):
    own = Cli(
        cli.data.parent, server_port=url.rpartition(":")[2], server_host="0.0.0.0"
    )

    assert own.value("top", "--interval", "0.1")["processes"][0]["url"] == url


def test_several_processes_are_added_up(cli, url, tmp_path):
    with serving(Cli(tmp_path)) as other:
        urls = ("--url", url, "--url", other.url)
        value = cli.value("top", *urls, "--interval", "0.1")

    assert [process["url"] for process in value["processes"]] == [url, other.url]
    assert value["people"]["connections_limit"] == 20_000


def test_a_process_that_is_down_does_not_hide_the_others(cli, url):
    down = "http://127.0.0.1:1"
    value = cli.value("top", "--url", url, "--url", down, "--interval", "0.1")

    assert value["people"]["connections_limit"] == 10_000
    assert "can't be reached" in value["processes"][1]["error"]


def test_a_server_that_denies_its_figures_names_the_setting(tmp_path):
    cli = Cli(tmp_path, server_metrics_allow="192.0.2.1")
    with serving(cli) as server:
        done = cli.run("top", "--url", server.url)

    assert (done.code, done.out) == (1, "")
    assert "[server] metrics_allow" in done.err


@pytest.mark.parametrize(
    ("argv", "code", "told"),
    [
        (["--url", "http://127.0.0.1:1"], 1, "can't be reached .*refused.*. Start"),
        (["--url", "file:///etc/passwd"], 2, "expected one such as http://127"),
        (["--interval", "0"], 2, "a number of seconds above 0"),
    ],
)
def test_what_cannot_be_is_told(cli, argv, code, told):
    done = cli.run("top", *argv)

    assert done.code == code
    assert re.search(told, done.err)


def test_a_port_that_nobody_knows_beforehand_is_told(tmp_path):
    done = Cli(tmp_path, server_port=0).run("top")

    assert (done.code, "--url" in done.err) == (1, True)
