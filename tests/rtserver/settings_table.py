"""The documented table of settings, by hand."""

import ipaddress
from pathlib import Path

from rtserver.settings.files import TYPES
from rtserver.settings.masked import SecretStr, SecretUrl

LOOPBACK = (ipaddress.ip_network("127.0.0.1"), ipaddress.ip_network("::1"))

# Key, default, another value as text and as it is read.
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
        ("attendance_days", 365.0, "0", 0.0),
    ],
    "boards": [
        ("snapshot_interval", 30.0, "0.1", 0.1),
        ("journal_days", 30.0, "0.001", 0.001),
        ("journal_bytes", 268435456, "1024", 1024),
        ("max_elements", 20000, "5", 5),
        ("max_bytes", 16777216, "1000", 1000),
        ("element_bytes", 131072, "1000", 1000),
        ("full_seconds", 86400.0, "60", 60.0),
        ("history_step", 10.0, "0", 0.0),
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
        ("user_bytes", 2147483648, "1073741824", 2**30),
        ("uploading_bytes", 52428800, "1000000", 1_000_000),
        ("types", TYPES, "image/png", ("image/png",)),
        ("ticket_ttl", 900.0, "0.5", 0.5),
    ],
    "calls": [
        ("url", "", "https://A.example/{room}", "https://a.example/{room}"),
        ("jitsi_app_id", "", "school", "school"),
        ("jitsi_secret", SecretStr(""), "s", SecretStr("s")),
    ],
    "school": [
        ("name", "rtserver", "Школа", "Школа"),
        ("color", "#1971c2", "#ABCDEF", "#ABCDEF"),
        ("logo_file", None, "LOGO", Path("LOGO")),
    ],
    "web": [
        ("enabled", True, "false", False),
        ("texts_file", None, "TEXTS", Path("TEXTS")),
    ],
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
        ("requests_at_once", 32, "6", 6),
        ("mails_per_hour", 1000, "30", 30),
        ("mails_burst", 2000, "1", 1),
        ("logins_per_minute", 10, "1", 1),
    ],
    "logging": [
        ("level", "info", "DEBUG", "debug"),
        ("format", "text", "json", "json"),
        ("file", None, "LOG", Path("LOG")),
    ],
}
ROWS = [(section, *row) for section, rows in TABLE.items() for row in rows]
CALL = "https://meet.example/{room}"
# Keys that can't be set alone, with what they need.
COMPANIONS = {
    "auth.public_key_file": {"auth.algorithms": "RS256"},
    "auth.jwks_file": {"auth.algorithms": "ES256, EdDSA"},
    "calls.jitsi_app_id": {"calls.jitsi_secret": "s", "calls.url": CALL},
    "calls.jitsi_secret": {"calls.jitsi_app_id": "school", "calls.url": CALL},
    "smtp.host": {"smtp.sender": "a@b.example"},
    "smtp.username": {"smtp.password": "p"},
    "smtp.password": {"smtp.username": "u"},
}
