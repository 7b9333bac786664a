"""``rtserver check``: how it says what it found."""

from rtserver.checks import suite


def failures(cli):
    done = cli.run("check")
    lines = done.out.splitlines()
    assert done.code == (1 if any(line.startswith("FAIL") for line in lines) else 0)
    return [line for line in lines if line.startswith("FAIL")]


def test_every_check_is_in_the_json(cli):
    found = cli.value("check")

    outside = [*(name for name, *_ in suite.OUTSIDE), "idle"]
    names = ["settings", *(name for name, _ in suite.CHECKS), *outside]
    assert [check["name"] for check in found] == names
    assert all(check["ok"] is True and check["message"] for check in found)


def test_every_mistake_in_the_settings_is_a_failure(cli):
    cli.set(server_port="80a", auth_max_ttl="soon")

    lines = failures(cli)

    assert len(lines) == 2
    assert "[server] port" in lines[0] and "[auth] max_ttl" in lines[1]
