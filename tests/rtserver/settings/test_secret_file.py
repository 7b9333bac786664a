"""The secret is made once, kept closed, and the same for all who start together."""

import errno
import os
import stat
import subprocess
import sys

import pytest

from rtserver.settings.errors import SettingsError
from rtserver.settings.load import load
from rtserver.settings.secret_file import cannot_keep, ensure_secret
from tests.patience import PATIENCE

PROGRAM = """
import sys
from rtserver.settings.load import load
from rtserver.settings.secret_file import ensure_secret
folders = [load(None, {"RTSERVER_SERVER_DATA_DIR": one}) for one in sys.argv[1:]]
print("ready", flush=True)
sys.stdin.read()  # ends for all processes at once
for settings in folders:
    print(ensure_secret(settings))
"""


def settings_in(folder, **environ):
    names = {f"RTSERVER_{name}": text for name, text in environ.items()}
    return load(None, {"RTSERVER_SERVER_DATA_DIR": str(folder), **names})


@pytest.fixture
def secret_file(tmp_path):
    file = tmp_path / "key"
    file.write_text("  " + "s" * 32 + "\r\n")
    file.chmod(0o640)
    return file


def test_given_secret_is_taken_and_nothing_is_written(tmp_path):
    settings = settings_in(tmp_path / "data", AUTH_SECRET="k" * 32)

    assert ensure_secret(settings) == "k" * 32
    assert not (tmp_path / "data").exists()


def test_secret_is_made_and_kept(tmp_path):
    settings = settings_in(tmp_path / "new" / "data")
    secret = ensure_secret(settings)

    assert len(secret) == 64
    assert ensure_secret(settings) == secret


def test_made_secret_is_closed_to_others(tmp_path):
    ensure_secret(settings_in(tmp_path))

    assert stat.S_IMODE((tmp_path / "secret").stat().st_mode) == 0o600


def test_two_data_dirs_have_two_secrets(tmp_path):
    folders = (tmp_path / "a", tmp_path / "b")

    assert len({ensure_secret(settings_in(folder)) for folder in folders}) == 2


def test_empty_file_of_a_start_that_was_cut_is_filled(tmp_path):
    os.close(os.open(tmp_path / "secret", os.O_CREAT, 0o600))

    assert len(ensure_secret(settings_in(tmp_path))) == 64


def test_processes_that_start_together_end_with_one_secret(tmp_path):
    """A hundred folders, since a single race is easily won by luck."""
    folders = [str(tmp_path / str(number)) for number in range(100)]
    command = [sys.executable, "-c", PROGRAM, *folders]
    gate, opener = os.pipe()
    pipes = {"stdin": gate, "stdout": subprocess.PIPE, "text": True}
    started = [subprocess.Popen(command, **pipes) for _ in range(4)]
    os.close(gate)
    assert [process.stdout.readline() for process in started] == ["ready\n"] * 4
    os.close(opener)
    printed = [process.communicate(timeout=PATIENCE)[0].split() for process in started]

    assert [len(set(secrets)) for secrets in zip(*printed, strict=True)] == [1] * 100
    assert {len(secret) for secret in printed[0]} == {64}


def test_secret_file_is_read_without_blanks_around(secret_file, tmp_path):
    settings = settings_in(tmp_path, AUTH_SECRET_FILE=str(secret_file))

    assert ensure_secret(settings) == "s" * 32


def refused(call, *args, **kwargs):
    with pytest.raises(SettingsError) as error:
        call(*args, **kwargs)
    [mistake] = error.value.errors
    return str(mistake)


def test_secret_file_open_to_everybody_is_refused(secret_file, tmp_path):
    secret_file.chmod(0o644)
    said = refused(settings_in, tmp_path, AUTH_SECRET_FILE=str(secret_file))

    assert said.startswith("[auth] secret_file (RTSERVER_AUTH_SECRET_FILE): Everybody")
    assert f"chmod 600 {secret_file}" in said


@pytest.mark.parametrize("content", [b"", b"hunter2", b"\n" * 40, b"\xff" * 40])
def test_invalid_secret_file_is_refused_without_showing_it(
    content, secret_file, tmp_path
):
    secret_file.write_bytes(content)
    said = refused(settings_in, tmp_path, AUTH_SECRET_FILE=str(secret_file))

    assert said.startswith("[auth] secret_file")
    assert "hunter2" not in said


def test_unreadable_secret_file_is_refused(tmp_path):
    said = refused(settings_in, tmp_path, AUTH_SECRET_FILE=str(tmp_path))

    assert "can't be read: Is a directory" in said


def test_kept_secret_that_was_opened_to_everybody_is_refused(tmp_path):
    settings = settings_in(tmp_path)
    ensure_secret(settings)
    (tmp_path / "secret").chmod(0o604)

    assert refused(ensure_secret, settings).startswith("[auth] secret: Everybody may")


def test_data_dir_that_cannot_be_made_is_named(tmp_path):
    settings = settings_in(tmp_path / "file" / "data")
    (tmp_path / "file").touch()

    said = refused(ensure_secret, settings)
    assert said.startswith("[server] data_dir: No secret")
    assert "Make the folder writable" in said


def test_a_full_disk_is_told_as_that(tmp_path):
    full = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    mistake = str(cannot_keep(tmp_path, full))

    assert "No space left on device. Make room there" in mistake
