"""Settings that come as files of the folder that systemd makes for a service."""

import pytest

from rtserver.settings.errors import SettingsError
from rtserver.settings.load import load

URL = "postgresql://school:geheim@db.internal/school"


@pytest.fixture
def environ(tmp_path):
    (tmp_path / "database.url").write_text(f"{URL}\n")
    (tmp_path / "unknown").write_text("of something else")
    return {"CREDENTIALS_DIRECTORY": str(tmp_path)}


def test_a_credential_overrides_the_file(environ, tmp_path):
    ini = tmp_path / "config.ini"
    ini.write_text("[database]\nurl = sqlite:///other.db\npool_size = 3\n")

    database = load(str(ini), environ).database

    assert (database.url.reveal(), database.pool_size) == (URL, 3)


def test_a_variable_overrides_a_credential(environ):
    environ["RTSERVER_DATABASE_URL"] = "sqlite:///other.db"

    assert load(None, environ).database.url.reveal() == "sqlite:///other.db"


@pytest.mark.parametrize("data", [b"geheim://x", b"geheim\xff"])
def test_a_wrong_one_is_named_by_its_file_and_not_shown(environ, tmp_path, data):
    (tmp_path / "database.url").write_bytes(data)

    with pytest.raises(SettingsError) as wrong:
        load(None, environ)

    (mistake,) = wrong.value.errors
    assert "[database] url" in str(mistake)
    assert str(tmp_path / "database.url") in str(mistake)
    assert "geheim" not in str(mistake)


def test_one_that_can_not_be_read_is_a_mistake_like_others(environ, tmp_path):
    (tmp_path / "smtp.password").mkdir()

    with pytest.raises(SettingsError) as wrong:
        load(None, environ | {"RTSERVER_SERVER_PORT": "x"})

    assert [mistake.key for mistake in wrong.value.errors] == ["password", "port"]
    assert str(tmp_path / "smtp.password") in str(wrong.value)


def test_a_folder_that_can_not_be_read_is_a_mistake(tmp_path):
    folder = tmp_path / "no folder"
    folder.touch()

    with pytest.raises(SettingsError, match=f"{folder}: This can't be read"):
        load(None, {"CREDENTIALS_DIRECTORY": str(folder)})


def test_a_folder_that_is_not_there_gives_nothing(tmp_path):
    load(None, {"CREDENTIALS_DIRECTORY": str(tmp_path / "none")})


def test_a_slip_in_a_name_is_told_and_not_passed_over(environ, tmp_path):
    (tmp_path / "smtp.pasword").write_text("geheim")

    with pytest.raises(SettingsError, match=r"Did you mean smtp\.password") as wrong:
        load(None, environ)

    assert "geheim" not in str(wrong.value)
