"""Every setting: its type, default and what it is for, in one line.

A field reads ``name: Annotated[type, setting type, description] = default``. The loader
parses by it; ``rtserver.settings.docs`` makes the example file and the manual page.
"""

from dataclasses import dataclass, field
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Literal, get_args

from rtserver.settings.masked import SecretStr, SecretUrl
from rtserver.settings.types import (
    BYTES,
    COUNT,
    HOST,
    LABEL,
    LOCALE,
    OPTIONAL_PATH,
    PASSWORD,
    PATH,
    SECRET,
    SENDER,
    TEXT,
    TIMEZONE,
    SettingType,
    choice,
    integer,
    list_of,
    non_empty,
    number,
    optional,
    seconds,
)
from rtserver.settings.urls import (
    BASE_URL,
    DATABASE_URL,
    LESSON_URL,
    NETWORKS,
    ORIGINS,
    REDIS_URL,
    Network,
)

Visibility = Literal["everyone", "lessons"]
Security = Literal["starttls", "tls", "none"]

_ALGORITHMS = choice("HS256", "RS256", "ES256", "EdDSA")
_SMTP_PORTS = (("starttls", 587), ("tls", 465), ("none", 25))
_LOOPBACK: tuple[Network, ...] = (ip_network("127.0.0.1"), ip_network("::1"))
_DAYS = number(0, 36_500, "days")


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """The address that the server listens at, and whom it trusts."""

    host: Annotated[
        str, HOST, "Address to listen on; 0.0.0.0 or :: means every interface."
    ] = "127.0.0.1"
    port: Annotated[
        int,
        integer(0, 65535),
        "Port to listen on; 0 takes a free one, named in the log.",
    ] = 8080
    base_url: Annotated[
        str, BASE_URL, "Public address: browsers' own origin, and links in mails."
    ] = ""
    allowed_origins: Annotated[
        tuple[str, ...], ORIGINS, "Further sites whose pages may use this server."
    ] = ()
    trusted_proxies: Annotated[
        tuple[Network, ...],
        NETWORKS,
        "Proxies whose word on a client's address counts.",
    ] = _LOOPBACK
    metrics_allow: Annotated[
        tuple[Network, ...], NETWORKS, "Who may read /metrics, by the client's address."
    ] = _LOOPBACK
    drain_seconds: Annotated[
        float, seconds(0), "How long closing all connections may take at a stop."
    ] = 10.0
    data_dir: Annotated[
        Path, PATH, "Folder of the database, the secret and unsent mails."
    ] = Path("data")


@dataclass(frozen=True, slots=True)
class AuthSettings:
    """The tokens that are taken, and how long they last."""

    algorithms: Annotated[
        tuple[str, ...],
        non_empty(list_of(_ALGORITHMS, "HS256, RS256, ES256 or EdDSA")),
        "Signatures that are taken; the server itself signs with HS256.",
    ] = ("HS256",)
    secret: Annotated[
        SecretStr, SECRET, "Key of HS256; without it, one is made and kept in data_dir."
    ] = field(default_factory=SecretStr)
    secret_file: Annotated[
        Path | None, OPTIONAL_PATH, "File with the key, instead of secret; mode 0600."
    ] = None
    public_key_file: Annotated[
        Path | None, OPTIONAL_PATH, "PEM file to check RS256, ES256 or EdDSA with."
    ] = None
    jwks_file: Annotated[
        Path | None, OPTIONAL_PATH, "JWKS file to check with; read again on SIGHUP."
    ] = None
    issuer: Annotated[str, TEXT, "If set, every token must have this iss."] = ""
    audience: Annotated[str, TEXT, "If set, every token must have this aud."] = ""
    access_ttl: Annotated[
        float, seconds(), "Life of an access token; short, as each refresh is a check."
    ] = 900.0
    refresh_ttl: Annotated[
        float, seconds(), "Life of a refresh token: how long a login lasts unused."
    ] = 2_592_000.0
    refresh_leeway: Annotated[
        float, seconds(0), "Time for a second try when a refresh's answer was lost."
    ] = 10.0
    link_ttl: Annotated[
        float, seconds(), "Life of a link for who forgot the password."
    ] = 3600.0
    link_pause: Annotated[
        float, seconds(0), "Time between two mails to who forgot the password."
    ] = 300.0
    invite_ttl: Annotated[
        float, seconds(), "Life of an invitation's link to choose a password."
    ] = 604_800.0
    max_ttl: Annotated[
        float, seconds(), "Tokens that end later than this from now are refused."
    ] = 86_400.0
    timeout: Annotated[
        float, seconds(), "Time that a new connection has to send its token."
    ] = 10.0
    revalidate_interval: Annotated[
        float, seconds(), "How often open connections' users are checked again."
    ] = 60.0

    @property
    def has_public_keys(self) -> bool:
        """Return whether there are keys other than the secret."""
        return self.public_key_file is not None or self.jwks_file is not None


@dataclass(frozen=True, slots=True)
class DatabaseSettings:
    """The database, in which everything is kept."""

    url: Annotated[
        SecretUrl, DATABASE_URL, "The database; empty: SQLite, rtserver.db in data_dir."
    ] = field(default_factory=SecretUrl)
    pool_size: Annotated[
        int, integer(1, 1000), "Connections to the database that this process may hold."
    ] = 8


@dataclass(frozen=True, slots=True)
class RedisSettings:
    """The Redis that several processes share, for presence and events on their way."""

    url: Annotated[
        SecretUrl, REDIS_URL, "Redis; empty: this process is the only one."
    ] = field(default_factory=SecretUrl)
    prefix: Annotated[
        str, LABEL, "Begins every Redis key, so that several servers can share one."
    ] = "rtserver"


@dataclass(frozen=True, slots=True)
class PresenceSettings:
    """Presence: when somebody counts as online, and who may know."""

    ttl: Annotated[
        float, seconds(), "A process silent for so long loses its users' presence."
    ] = 90.0
    heartbeat: Annotated[
        float, seconds(), "Interval of pings; after two without a sign it's over."
    ] = 30.0
    leave_grace: Annotated[
        float, seconds(0), "Time to come back in before others see user.offline."
    ] = 10.0
    visibility: Annotated[
        Visibility, choice(*get_args(Visibility)), "Who sees whom: all, or co-members."
    ] = "everyone"
    attendance_days: Annotated[
        float, _DAYS, "Days that is kept who was in a lesson's room; 0: for ever."
    ] = 365.0


@dataclass(frozen=True, slots=True)
class BoardsSettings:
    """Boards: how they are kept, and how large one may grow."""

    snapshot_interval: Annotated[
        float, seconds(), "Least time between two snapshots of one changing board."
    ] = 30.0
    journal_days: Annotated[
        float,
        number(0.000001, 36_500, "days"),
        "Days that patches, and what was cleared, are kept.",
    ] = 30.0
    journal_bytes: Annotated[
        int,
        BYTES,
        "Largest size of a board's kept patches; beyond, the oldest go early.",
    ] = 268_435_456
    max_elements: Annotated[int, COUNT, "Most live elements on a board."] = 20_000
    max_bytes: Annotated[int, BYTES, "Largest size of a board in bytes."] = 16_777_216
    element_bytes: Annotated[
        int, BYTES, "Largest size of an element, such as one long stroke."
    ] = 131_072
    full_seconds: Annotated[
        float,
        seconds(0),
        "How long each patch is kept as it came; older may be merged.",
    ] = 86_400.0
    history_step: Annotated[
        float, seconds(0), "What one user did to an element within this may become one."
    ] = 10.0
    keep_days: Annotated[
        float, _DAYS, "Days from a lesson's end until its board is emptied; 0: never."
    ] = 0.0


@dataclass(frozen=True, slots=True)
class ChatSettings:
    """Limits of a message."""

    max_length: Annotated[
        int, integer(1, 1_000_000), "Most characters in a message."
    ] = 4000
    keep_days: Annotated[
        float, _DAYS, "Days that messages are kept, then deleted; 0: for ever."
    ] = 0.0


@dataclass(frozen=True, slots=True)
class NotificationsSettings:
    """Mails: when they go out, and how they look."""

    chat_mail_delay: Annotated[
        float, seconds(0), "How long a mail about unread chat waits and gathers."
    ] = 120.0
    board_activity_interval: Annotated[
        float, seconds(0), "Least time between notices of one board's activity."
    ] = 3600.0
    templates_dir: Annotated[
        Path | None, OPTIONAL_PATH, "Folder of own templates; each overrides one file."
    ] = None
    locale: Annotated[str, LOCALE, "Language of users who have chosen none."] = "en"
    timezone: Annotated[
        str, TIMEZONE, "Time zone, in mails, of users who have chosen none."
    ] = "UTC"
    keep_days: Annotated[
        float, _DAYS, "Days that notifications are kept, read or not; 0: for ever."
    ] = 90.0
    mail_days: Annotated[
        float, _DAYS, "Days that mails are kept once sent or given up; 0: for ever."
    ] = 30.0
    reminders: Annotated[
        tuple[float, ...],
        list_of(seconds(), "seconds, such as 86400, 900, with commas between"),
        "Seconds before a lesson's start to remind its members at; empty: never.",
    ] = (86_400.0, 900.0)
    lesson_url: Annotated[
        str, LESSON_URL, "Where mails lead; empty: <base_url>/lessons/{lesson_id}."
    ] = ""


@dataclass(frozen=True, slots=True)
class SmtpSettings:
    """The mail server."""

    host: Annotated[
        str,
        SettingType(
            f"{HOST.expects}, or nothing", lambda text: text and HOST.parse(text)
        ),
        "The mail server; empty: mails are written to data_dir/outbox.",
    ] = ""
    port: Annotated[
        int | None,
        optional(integer(1, 65535)),
        "Empty: 587 for starttls, 465 for tls, 25 for none.",
    ] = None
    security: Annotated[
        Security, choice(*get_args(Security)), "Encryption; none is for localhost only."
    ] = "starttls"
    username: Annotated[str, TEXT, "Login at the mail server, if it wants one."] = ""
    password: Annotated[SecretStr, PASSWORD, "Password of that login."] = field(
        default_factory=SecretStr
    )
    sender: Annotated[str, SENDER, "From: of every mail; needed with host."] = ""
    timeout: Annotated[float, seconds(), "Longest wait for the mail server."] = 30.0

    @property
    def effective_port(self) -> int:
        """The port to connect to: the given one, or the usual one of ``security``."""
        return self.port or dict(_SMTP_PORTS)[self.security]
