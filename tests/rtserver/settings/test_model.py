"""The keys, their defaults, and the two ways of setting them."""

import ipaddress
from dataclasses import FrozenInstanceError, fields
from pathlib import Path

import pytest

from rtserver.settings.files import TYPES
from rtserver.settings.load import load
from rtserver.settings.masked import SecretStr, SecretUrl
from rtserver.settings.model import Settings, all_keys

LOOPBACK = (ipaddress.ip_network("127.0.0.1"), ipaddress.ip_network("::1"))

# The documented table, by hand: key, default, another value as text and as it is read.
TABLE = {
    "server": [
        ("host", "127.0.0.1", "0.0.0.0", "0.0.0.0"),
        ("port", 8080, "0", 0),
        (
            "base_url",
            "",
            "https://Rt.School.example:443/a/",
            "https://rt.school.example/a",
        ),
        (
            "allowed_origins",
            (),
            "https://A.x, http://b:81",
            ("https://a.x", "http://b:81"),
        ),
        ("trusted_proxies", LOOPBACK, "::1", LOOPBACK[1:]),
        (
            "metrics_allow",
            LOOPBACK,
            "10.0.0.0/8",
            (ipaddress.ip_network("10.0.0.0/8"),),
        ),
        ("drain_seconds", 10.0, "0", 0.0),
        ("data_dir", Path("./data"), "nowhere/else", Path("nowhere/else")),
    ],
    "auth": [
        ("algorithms", ("HS256",), "hs256,HS256", ("HS256",)),
        ("secret", SecretStr(""), "k" * 32, SecretStr("k" * 32)),
        ("secret_file", None, "SECRET", Path("SECRET")),
        ("public_key_file", None, "FILE", Path("FILE")),
        ("jwks_file", None, "FILE", Path("FILE")),
        ("issuer", "", "https://school", "https://school"),
        ("audience", "", "rt", "rt"),
        ("access_ttl", 900.0, "0.5", 0.5),
        ("refresh_ttl", 2592000.0, "60", 60.0),
        ("refresh_leeway", 10.0, "0", 0.0),
        ("link_ttl", 3600.0, "60", 60.0),
        ("link_pause", 300.0, "0", 0.0),
        ("invite_ttl", 604800.0, "0.5", 0.5),
        ("max_ttl", 86400.0, "1000", 1000.0),
        ("timeout", 10.0, "0.25", 0.25),
        ("revalidate_interval", 60.0, "1.5", 1.5),
    ],
    "database": [
        ("url", SecretUrl(""), "sqlite:///x.db", SecretUrl("sqlite:///x.db")),
        ("pool_size", 8, "2", 2),
    ],
    "redis": [
        ("url", SecretUrl(""), "unix:///r.sock?db=1", SecretUrl("unix:///r.sock?db=1")),
        ("prefix", "rtserver", "school:a", "school:a"),
    ],
    "presence": [
        ("ttl", 90.0, "31", 31.0),
        ("heartbeat", 30.0, "0.1", 0.1),
        ("leave_grace", 10.0, "0", 0.0),
        ("visibility", "everyone", "lessons", "lessons"),
    ],
    "boards": [
        ("snapshot_interval", 30.0, "0.1", 0.1),
        ("journal_days", 30.0, "0.001", 0.001),
        ("journal_bytes", 268435456, "1024", 1024),
        ("max_elements", 20000, "5", 5),
        ("max_bytes", 16777216, "1000", 1000),
        ("element_bytes", 131072, "1000", 1000),
        ("keep_days", 0.0, "365", 365.0),
    ],
    "chat": [("max_length", 4000, "10", 10), ("keep_days", 0.0, "365", 365.0)],
    "notifications": [
        ("chat_mail_delay", 120.0, "0", 0.0),
        ("board_activity_interval", 3600.0, "0", 0.0),
        ("templates_dir", None, "DIR", Path("DIR")),
        ("locale", "en", "uk_UA", "uk-UA"),
        ("timezone", "UTC", "Europe/Kyiv", "Europe/Kyiv"),
        ("keep_days", 90.0, "0", 0.0),
        ("mail_days", 30.0, "7.5", 7.5),
        ("reminders", (86_400.0, 900.0), "3600, 0.5", (3600.0, 0.5)),
        (
            "lesson_url",
            "",
            "https://A.example/{lesson_id}",
            "https://a.example/{lesson_id}",
        ),
    ],
    "files": [
        ("dir", None, "/srv/files", Path("/srv/files")),
        ("max_bytes", 10485760, "1000", 1000),
        ("lesson_bytes", 209715200, "1000", 1000),
        ("school_bytes", 10737418240, "1099511627776", 2**40),
        ("types", TYPES, "image/png", ("image/png",)),
        ("ticket_ttl", 900.0, "0.5", 0.5),
    ],
    "web": [("enabled", True, "false", False)],
    "smtp": [
        ("host", "", "mail.school.example", "mail.school.example"),
        ("port", None, "2525", 2525),
        ("security", "starttls", "TLS", "tls"),
        ("username", "", "u", "u"),
        ("password", SecretStr(""), "p", SecretStr("p")),
        ("sender", "", "Школа <a@b.example>", "Школа <a@b.example>"),
        ("timeout", 30.0, "0.5", 0.5),
    ],
    "limits": [
        ("subscriptions", 64, "1", 1),
        ("message_bytes", 262144, "1024", 1024),
        ("body_bytes", 1048576, "1024", 1024),
        ("guest_bytes", 16384, "4096", 4096),
        ("connections", 10000, "3", 3),
        ("guest_connections", 1000, "5", 5),
        ("connections_per_user", 16, "1", 1),
        ("queue_bytes", 1048576, "4096", 4096),
        ("replay", 500, "1", 1),
        ("replay_bytes", 4194304, "4096", 4096),
        ("replay_total_bytes", 8388608, "4096", 4096),
        ("bad_frames", 20, "1", 1),
        ("commands_per_second", 100.0, "0.5", 0.5),
        ("commands_burst", 200, "1", 1),
        ("write_bytes_per_second", 1048576, "1000", 1000),
        ("write_bytes_burst", 67108864, "1000", 1000),
        ("requests_per_second", 100.0, "0.5", 0.5),
        ("requests_burst", 2000, "1", 1),
        ("logins_per_minute", 10, "1", 1),
    ],
    "logging": [
        ("level", "info", "DEBUG", "debug"),
        ("format", "text", "json", "json"),
        ("file", None, "LOG", Path("LOG")),
    ],
}
ROWS = [(section, *row) for section, rows in TABLE.items() for row in rows]
# Keys that can't be set alone, with what they need.
COMPANIONS = {
    "auth.public_key_file": {"auth.algorithms": "RS256"},
    "auth.jwks_file": {"auth.algorithms": "ES256, EdDSA"},
    "smtp.host": {"smtp.sender": "a@b.example"},
    "smtp.username": {"smtp.password": "p"},
    "smtp.password": {"smtp.username": "u"},
}


@pytest.fixture
def places(tmp_path):
    """Files and folders that settings may name, by the word the table has for them."""
    (tmp_path / "file").write_text("x")
    (tmp_path / "secret").write_text("s" * 32)
    (tmp_path / "secret").chmod(0o600)
    return {
        "FILE": str(tmp_path / "file"),
        "SECRET": str(tmp_path / "secret"),
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
