"""The command line's arguments."""

import pytest


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
