"""What a command prints, and where."""

from tests.rtserver.cli_runs import Process


def test_names_appear_escaped_where_they_cannot_be_shown(cli):
    cli.value("user", "add", "o@example.org", "--name", "Олена", "--role", "tutor")
    cli.environ["PYTHONIOENCODING"] = "ascii"
    with Process(cli, "user", "list") as process:
        assert process.ended() == 0, process.log
    assert r"\u041e\u043b" in process.out.read_text()
