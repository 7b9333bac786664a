"""``install.sh`` and the services: what it starts, restarts and leaves alone."""

from tests.deploy.machine import COMMAND, OLD_DATABASE, PROGRAM, put
from tests.deploy.tools import run


def test_the_first_use_starts_the_service_and_the_backups(real):
    code, said, asked = real.install()

    assert code == 0, said
    assert asked == [
        "daemon-reload",
        "enable --now rtserver.service",
        "enable --now rtserver-backup.timer",
    ]


def test_the_first_use_without_a_start_tells_how_to_switch_all_on(real):
    code, said, asked = real.install("--no-start")

    assert (code, asked) == (0, ["daemon-reload"])
    assert "systemctl enable --now rtserver.service rtserver-backup.timer\n" in said


def test_without_backups_the_timer_is_neither_started_nor_told(real):
    code, said, asked = real.install("--no-start", "--no-backups")

    assert (code, asked) == (0, ["daemon-reload"])
    assert "systemctl enable --now rtserver.service\n" in said


def test_an_upgrade_restarts_what_ran_and_nothing_else(real):
    real.install()

    code, said, asked = real.install(running="rtserver@1.service rtserver@2.service")

    assert code == 0, said
    assert asked == [
        "daemon-reload",
        "restart rtserver@1.service",
        "sleep",  # until the proxies know the first one again
        "restart rtserver@2.service",
    ]


def test_an_upgrade_starts_nothing_where_nothing_ran_and_says_so(real):
    real.install()

    code, said, asked = real.install()

    assert (code, asked) == (0, ["daemon-reload"])
    assert "nothing ran, so nothing is started" in said


def test_an_upgrade_without_a_start_names_what_runs_the_old_program(real):
    real.install()

    code, said, asked = real.install("--no-start", running="rtserver@8081.service")

    assert (code, asked) == (0, ["daemon-reload"])
    assert "systemctl restart rtserver@8081.service" in said


def test_an_upgrade_tells_of_backups_that_are_new_to_the_machine(real):
    real.install()
    (real.machine / "etc/systemd/system/rtserver-backup.timer").unlink()

    code, said, asked = real.install()

    assert (code, asked) == (0, ["daemon-reload"])
    assert "systemctl enable --now rtserver-backup.timer\n" in said


def test_an_upgrade_that_cannot_back_up_changes_nothing_and_says_what_to_do(real):
    real.install()
    put(real.machine / OLD_DATABASE, "left from before PostgreSQL")
    put(real.machine / COMMAND, "#!/bin/sh\necho It is PostgreSQL.\nexit 1\n")
    put(real.home / "binary", "#!/bin/sh\necho second\n")

    code, said, asked = real.install()

    assert (code, asked, run(real.machine / PROGRAM)) == (1, [], (0, "first\n"))
    assert "moved to PostgreSQL" in said
    assert f"{real.machine / OLD_DATABASE} is left from before" in said


def test_the_backups_are_switched_on_even_if_the_server_does_not_start(real):
    code, said, asked = real.install(broken="rtserver.service")

    assert (code, asked[-1]) == (1, "enable --now rtserver-backup.timer")
    assert "log of --unit=rtserver.service\n" in said
    assert "rtserver.service didn't start" in said and "done." not in said


def test_an_upgrade_stops_at_the_first_process_that_does_not_start(real):
    real.install()
    running = "rtserver@1.service rtserver@2.service"

    code, said, asked = real.install(running=running, broken="rtserver@1.service")

    assert (code, asked) == (1, ["daemon-reload", "restart rtserver@1.service"])
    assert "systemctl restart rtserver@1.service\n" in said


def test_only_a_first_use_asks_for_an_admin(real):
    first, upgrade = real.install()[1], real.install()[1]

    assert "rtserver user add" in first
    assert "rtserver user add" not in upgrade and "done." in upgrade
