"""Every command that is offered can be run, and the other way round."""

import re

from rtserver.cli.commands import COMMANDS
from tests.rtserver.cli_runs import Cli

# What is imported only for itself, so that it starts quickly.
ALONE = {"serve", "init", "check", "top", "migrate"}


def offered(cli: Cli, *command: str) -> list[str]:
    """Return the commands, or a command's own, that ``--help`` lists."""
    done = cli.run(*command, "--help")
    assert done.code == 0
    return re.findall(r"^    (\S+)", done.out, re.MULTILINE)


def test_what_help_lists_is_what_there_is(cli: Cli) -> None:
    listed = {
        f"{name} {action}".strip()
        for name in offered(cli)
        for action in offered(cli, name) or [""]
    }

    assert listed == {*COMMANDS, *ALONE}


def test_every_command_explains_itself_in_a_sentence(cli: Cli) -> None:
    for name in (*COMMANDS, *ALONE):
        done = cli.run(*name.split(), "--help")

        usage, _, rest = done.out.partition("\n\n")
        assert usage.startswith(f"usage: rtserver {name}")
        assert re.match(r"[A-Z][^\n]*", rest) and "." in rest.partition("\n\n")[0]
