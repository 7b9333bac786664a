"""Checks of folders, open files, the clock and the disk."""

import os
import pwd
import time
from dataclasses import replace

import pytest

from rtserver.checks import machine
from rtserver.checks.outcome import CheckFailed
from rtserver.process import compiled, file_limit
from rtserver.settings.model import Settings


@pytest.fixture
def settings(tmp_path):
    server = replace(Settings().server, data_dir=tmp_path)
    return replace(Settings(), server=server)


def test_the_program_says_in_which_form_it_runs(settings):
    assert compiled.form() in machine.program(settings)


def test_a_program_half_of_which_is_compiled_is_broken(settings):
    with pytest.raises(CheckFailed, match="Install it anew"):
        machine.program(settings, ["msgspec._core", "rtserver.errors"])


@pytest.mark.parametrize(("ahead", "way"), [(60, "behind"), (-60, "ahead of")])
def test_a_clock_far_from_the_databases_is_wrong(ahead, way):
    with pytest.raises(CheckFailed, match=f"60 s {way}"):
        machine.clock_by_database(ahead)


def test_a_disk_that_is_nearly_full_is_named(tmp_path):
    with pytest.raises(CheckFailed, match=r"data_dir: only 100 MiB"):
        machine.room(tmp_path, 100 * machine.MIB)


def test_the_limit_on_files_is_told_as_that_of_the_command(settings):
    limits = replace(settings.limits, connections=1)

    said = machine.files(replace(settings, limits=limits))

    assert "to this command" in said and "LimitNOFILE" in said


def test_the_machines_limit_on_files_is_what_counts(settings):
    fitting = file_limit.highest() - file_limit.RESERVE
    for connections, fits in ((fitting, True), (fitting + 1, False)):
        limits = replace(settings.limits, connections=connections)
        result = _result(machine.files, replace(settings, limits=limits))
        assert result is fits


def _result(check, settings):
    try:
        return bool(check(settings))
    except CheckFailed:
        return False


def failure(cli):
    """Return the one line of a check that fails."""
    done = cli.run("check")
    (line,) = (line for line in done.out.splitlines() if line.startswith("FAIL"))
    assert done.code == 1
    return line


def test_too_few_open_files(cli):
    cli.set(limits_connections=999_999_999)

    line = failure(cli)

    assert "[limits] connections" in line and "LimitNOFILE" in line


@pytest.mark.parametrize("place", ["/proc/data", "/proc/self/fdinfo/data"])
def test_a_data_folder_where_even_root_may_not_write(cli, place):
    cli.set(server_data_dir=place)

    line = next(x for x in cli.run("check").out.splitlines() if "FAIL" in x)

    assert "[server] data_dir" in line and "can't be written" in line
    assert f"chown -R {pwd.getpwuid(os.geteuid()).pw_name}: {place}," in line


def test_a_file_in_place_of_the_data_folder(cli):
    cli.data.write_text("")

    line = failure(cli)

    assert "[server] data_dir" in line and "Name another" in line


def test_a_data_folder_open_to_everybody(cli):
    cli.data.mkdir()
    cli.data.chmod(0o755)

    line = failure(cli)

    assert "[server] data_dir" in line and f"chmod o= {cli.data}" in line


def test_a_clock_that_is_behind(cli):
    cli.run("migrate")
    later = time.time() + 3600
    os.utime(cli.data / "rtserver.db", (later, later))

    line = failure(cli)

    assert "clock is wrong" in line and "Set the clock by NTP" in line
