"""The units: hardened, understood by systemd, and fitting what they start."""

import pytest

from rtserver import file_limit
from rtserver.settings.model import Settings
from tests.deploy.tools import DEPLOY, run, settings, tool

UNITS = ("rtserver.service", "rtserver@.service")


@pytest.mark.parametrize("unit", UNITS)
def test_unit_is_hardened(unit):
    analyze = tool("systemd-analyze")
    limits = ["--offline=true", "--threshold=15"]

    code, said = run(analyze, "security", *limits, DEPLOY / unit)

    assert code == 0, said


@pytest.mark.parametrize("unit", UNITS)
def test_systemd_understands_every_line(unit, tmp_path):
    analyze = tool("systemd-analyze")
    # It wants to see the programs; of a template it takes an instance.
    text = (DEPLOY / unit).read_text().replace("/usr/local/lib/rtserver/", "/bin/")
    file = tmp_path / unit.replace("@", "@8081")
    file.write_text(text.replace("/bin/rtserver", "/bin/true"))

    code, said = run(analyze, "verify", file)

    lines = [line for line in said.splitlines() if str(tmp_path) in line]
    assert (code, lines) == (0, []), said


def test_the_units_differ_only_in_what_names_the_port():
    one, several = (set(settings(unit)) for unit in UNITS)

    differing = {key for key, _ in one ^ several}
    assert differing == {
        "[Unit]Description",
        "[Service]ExecStart",
        "[Service]SyslogIdentifier",
    }


def test_the_limits_fit_the_settings():
    unit, defaults = dict(settings("rtserver.service")), Settings()

    needed = file_limit.needed(defaults.limits.connections)
    assert int(unit["[Service]LimitNOFILE"]) >= needed
    assert int(unit["[Service]TimeoutStopSec"]) >= 3 * defaults.server.drain_seconds
    assert unit["[Service]StateDirectoryMode"] == "0700"


def test_the_server_takes_the_secret_from_where_systemd_puts_it():
    unit = dict(settings("rtserver.service"))

    name, _, _ = unit["[Service]LoadCredential"].partition(":")
    place = f"RTSERVER_AUTH_SECRET_FILE=/run/credentials/%n/{name}"
    assert unit["[Service]Environment"] == place
