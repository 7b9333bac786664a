"""All settings as one frozen object, and the table of its keys."""

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, NamedTuple, get_type_hints
from urllib.parse import quote

from rtserver.settings.calls import CallsSettings
from rtserver.settings.files import FilesSettings
from rtserver.settings.limits_and_logging import LimitsSettings, LoggingSettings
from rtserver.settings.masked import SecretUrl
from rtserver.settings.school import SchoolSettings
from rtserver.settings.sections import (
    AuthSettings,
    BoardsSettings,
    ChatSettings,
    DatabaseSettings,
    NotificationsSettings,
    PresenceSettings,
    RedisSettings,
    ServerSettings,
    SmtpSettings,
)
from rtserver.settings.types import SettingType
from rtserver.settings.urls import SQLITE
from rtserver.settings.web import WebSettings

__all__ = [
    "AuthSettings",
    "BoardsSettings",
    "CallsSettings",
    "ChatSettings",
    "DatabaseSettings",
    "FilesSettings",
    "LimitsSettings",
    "LoggingSettings",
    "NotificationsSettings",
    "PresenceSettings",
    "RedisSettings",
    "SchoolSettings",
    "ServerSettings",
    "SettingKey",
    "Settings",
    "SmtpSettings",
    "WebSettings",
    "all_keys",
]


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings of a server; ``Settings()`` is the embedded default."""

    server: ServerSettings = field(default_factory=ServerSettings)
    auth: AuthSettings = field(default_factory=AuthSettings)
    database: DatabaseSettings = field(default_factory=DatabaseSettings)
    redis: RedisSettings = field(default_factory=RedisSettings)
    presence: PresenceSettings = field(default_factory=PresenceSettings)
    boards: BoardsSettings = field(default_factory=BoardsSettings)
    chat: ChatSettings = field(default_factory=ChatSettings)
    notifications: NotificationsSettings = field(default_factory=NotificationsSettings)
    files: FilesSettings = field(default_factory=FilesSettings)
    calls: CallsSettings = field(default_factory=CallsSettings)
    school: SchoolSettings = field(default_factory=SchoolSettings)
    web: WebSettings = field(default_factory=WebSettings)
    smtp: SmtpSettings = field(default_factory=SmtpSettings)
    limits: LimitsSettings = field(default_factory=LimitsSettings)
    logging: LoggingSettings = field(default_factory=LoggingSettings)

    @property
    def database_url(self) -> SecretUrl:
        """The database to open: the given one, or SQLite in ``data_dir``."""
        path = quote(str(self.server.data_dir / "rtserver.db"))
        return self.database.url or SecretUrl(SQLITE + path)

    @property
    def secret_path(self) -> Path:
        """The file of the secret, where ``auth.secret`` isn't given."""
        return self.auth.secret_file or self.server.data_dir / "secret"

    @property
    def files_dir(self) -> Path:
        """The folder in which the bytes of files lie."""
        return self.files.dir or self.server.data_dir / "files"

    @property
    def outbox_dir(self) -> Path:
        """The folder that mails are written to without a mail server."""
        return self.server.data_dir / "outbox"


class SettingKey(NamedTuple):
    """One key of one section, as the loader and the generated pages see it.

    ``description`` is one line that says what it is for.
    """

    section: str
    name: str
    type: SettingType[Any]
    description: str
    default: Any

    @property
    def env(self) -> str:
        """The environment variable that overrides this key."""
        return f"RTSERVER_{self.section}_{self.name}".upper()


def all_keys() -> Iterator[SettingKey]:
    """Yield every key, section by section, in the order of the documentation."""
    defaults = Settings()
    for section in fields(Settings):
        group = getattr(defaults, section.name)
        hints = get_type_hints(type(group), include_extras=True)
        for name, hint in hints.items():
            type_, description = hint.__metadata__
            default = getattr(group, name)
            yield SettingKey(section.name, name, type_, description, default)
