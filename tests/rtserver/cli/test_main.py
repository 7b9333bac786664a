"""What is common to all commands: where settings come from, exit codes, messages."""

import subprocess

from rtserver import __version__
from rtserver.process import compiled
from tests.rtserver.cli_runs import Process


def test_version_and_form_are_printed(cli):
    form = compiled.form()

    assert cli.run("--version").out == f"{__version__} ({form})\n"
    assert cli.value("--version") == {"version": __version__, "form": form}


def test_no_command_is_a_usage_error_with_help(cli):
    done = cli.run()

    assert (done.code, done.out) == (2, "")
    assert "serve" in done.err


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
