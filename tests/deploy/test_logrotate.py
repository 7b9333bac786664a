"""logrotate.conf: the server writes on, into a new file."""

from pathlib import Path

from tests.deploy.tools import DEPLOY, run, tool
from tests.processes import wait_until
from tests.rtserver.cli_runs import Cli, Process


def rotate(folder: Path, pid: int) -> str:
    """Rotate the logs of a folder now, as the shipped file says; give what was said."""
    config = (DEPLOY / "logrotate.conf").read_text()
    for shown, meant in (
        ("/var/log/rtserver", str(folder)),
        ("    su rtserver rtserver\n", ""),
        ("0600 rtserver rtserver", "0600"),
        (
            "systemctl reload 'rtserver.service' 'rtserver@*.service'",
            f"kill -HUP {pid}",
        ),
    ):
        assert shown in config
        config = config.replace(shown, meant)
    file = folder / "logrotate.conf"
    file.write_text(config)
    file.chmod(0o600)
    code, said = run(tool("logrotate"), "-f", "-s", folder / "state", file)
    assert code == 0, said
    return said


def test_a_rotated_log_goes_on_in_a_new_file(tmp_path: Path) -> None:
    tool("logrotate")
    log = tmp_path / "server.log"
    cli = Cli(tmp_path, logging_file=log)
    with Process(cli, "serve", "--port", "0") as server:
        server.wait_for("listening on", log)

        said = rotate(tmp_path, server.popen.pid)
        wait_until(lambda: log.exists() and log.stat().st_size > 0)

    assert said == ""
    assert "listening on" in (tmp_path / "server.log.1").read_text()
    assert "listening on" not in log.read_text()
