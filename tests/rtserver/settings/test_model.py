"""The keys, their defaults, and the two ways of setting them."""

from dataclasses import FrozenInstanceError, fields
from pathlib import Path

import pytest

from rtserver.settings.load import load
from rtserver.settings.model import Settings, all_keys
from tests.rtserver.settings_table import COMPANIONS, ROWS


@pytest.fixture
def places(tmp_path):
    """Files and folders that settings may name, by the word the table has for them."""
    (tmp_path / "file").write_text("x")
    (tmp_path / "logo").write_text("<svg ></svg>")
    (tmp_path / "texts").write_text("{}")
    (tmp_path / "secret").write_text("s" * 32)
    (tmp_path / "secret").chmod(0o600)
    return {
        "FILE": str(tmp_path / "file"),
        "SECRET": str(tmp_path / "secret"),
        "LOGO": str(tmp_path / "logo"),
        "TEXTS": str(tmp_path / "texts"),
        "DIR": str(tmp_path),
        "LOG": str(tmp_path / "log"),
    }


def chosen(section: str, key: str, text: str, places: dict) -> dict[str, str]:
    name = f"{section}.{key}"
    return {name: places.get(text, text), **COMPANIONS.get(name, {})}


def as_ini(values: dict[str, str]) -> str:
    """Write one section; the companions of a key are in its own."""
    section = next(iter(values)).partition(".")[0]
    lines = [f"{name.partition('.')[2]} = {text}" for name, text in values.items()]
    return "\n".join([f"[{section}]", *lines])


def as_environ(values: dict[str, str]) -> dict[str, str]:
    return {
        "RTSERVER_" + name.upper().replace(".", "_"): text
        for name, text in values.items()
    }


def expected(value, places):
    return Path(places.get(str(value), value)) if isinstance(value, Path) else value


def test_keys_are_the_documented_ones_in_their_order():
    assert [(key.section, key.name) for key in all_keys()] == [row[:2] for row in ROWS]


@pytest.mark.parametrize(("section", "key", "default", "_text", "_value"), ROWS)
def test_default_is_the_documented_one(section, key, default, _text, _value):
    got = getattr(getattr(Settings(), section), key)

    assert got == default
    assert type(got) is type(default)


@pytest.mark.parametrize(("section", "key", "_default", "text", "value"), ROWS)
def test_key_is_set_in_the_file(section, key, _default, text, value, places, tmp_path):
    file = tmp_path / "config.ini"
    file.write_text(as_ini(chosen(section, key, text, places)), "utf-8")
    got = getattr(getattr(load(str(file), {}), section), key)

    assert got == expected(value, places)
    assert type(got) is type(expected(value, places))


@pytest.mark.parametrize(("section", "key", "_default", "text", "value"), ROWS)
def test_key_is_set_in_the_environment(section, key, _default, text, value, places):
    environ = as_environ(chosen(section, key, text, places))
    got = getattr(getattr(load(None, environ), section), key)

    assert got == expected(value, places)


def test_environment_overrides_the_file(tmp_path):
    file = tmp_path / "config.ini"
    file.write_text("[server]\nport = 81\nhost = ::1\n")
    settings = load(str(file), {"RTSERVER_SERVER_PORT": "82"})

    assert (settings.server.port, settings.server.host) == (82, "::1")


def test_without_file_and_variables_the_default_is_loaded():
    assert load(None, {"PATH": "/bin", "rtserver_port": "1"}) == Settings()


def test_variables_of_the_command_line_and_of_tests_are_no_settings():
    environ = {"RTSERVER_CONFIG": "x.ini", "RTSERVER_TEST_POSTGRES": "y"}

    assert load(None, environ) == Settings()


def test_empty_list_means_none():
    settings = load(None, {"RTSERVER_SERVER_METRICS_ALLOW": ""})

    assert settings.server.metrics_allow == ()


def test_settings_are_frozen_and_slotted():
    for holder in (
        Settings(),
        *(getattr(Settings(), f.name) for f in fields(Settings)),
    ):
        assert not hasattr(holder, "__dict__")
        with pytest.raises(FrozenInstanceError):
            setattr(holder, fields(holder)[0].name, None)


def test_repr_of_settings_shows_no_secret():
    environ = {
        "RTSERVER_AUTH_SECRET": "hunter2" * 6,
        "RTSERVER_DATABASE_URL": "postgresql://u:hunter2@h/db",
        "RTSERVER_REDIS_URL": "redis://:hunter2@h",
        "RTSERVER_SMTP_USERNAME": "u",
        "RTSERVER_SMTP_PASSWORD": "hunter2",
    }

    assert "hunter2" not in repr(load(None, environ))


@pytest.mark.parametrize(
    ("data_dir", "url"),
    [
        ("./data", "sqlite:///data/rtserver.db"),
        ("/var/lib/r t", "sqlite:////var/lib/r%20t/rtserver.db"),
    ],
)
def test_database_is_sqlite_in_data_dir_unless_given(data_dir, url):
    settings = load(None, {"RTSERVER_SERVER_DATA_DIR": data_dir})

    assert settings.database_url.reveal() == url


def test_given_database_is_taken():
    url = "postgres://u:p%23@h/db?sslmode=require"

    settings = load(None, {"RTSERVER_DATABASE_URL": url})
    assert settings.database_url.reveal() == url


def test_mails_without_a_server_and_the_secret_are_kept_in_data_dir():
    settings = load(None, {"RTSERVER_SERVER_DATA_DIR": "d"})

    assert settings.outbox_dir == Path("d/outbox")
    assert settings.secret_path == Path("d/secret")
