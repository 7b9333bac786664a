"""The commands that read or change the database and end."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from rtserver import (
    cli_api_keys,
    cli_backup,
    cli_boards,
    cli_demo,
    cli_lessons,
    cli_mail,
    cli_outbox,
    cli_tokens,
    cli_users,
)
from rtserver.cli_context import Context, over_services

Command = Callable[[Context], int]

COMMANDS: Mapping[str, Command] = MappingProxyType(
    {
        "user add": cli_users.add,
        "user list": over_services(cli_users.show_all),
        "user passwd": cli_users.set_password,
        "user deactivate": over_services(cli_users.deactivate),
        "token": over_services(cli_tokens.token),
        "apikey add": over_services(cli_api_keys.add),
        "apikey list": over_services(cli_api_keys.show_all),
        "apikey revoke": over_services(cli_api_keys.revoke),
        "lesson add": over_services(cli_lessons.add),
        "lesson list": over_services(cli_lessons.show_all),
        "backup": cli_backup.backup,
        "restore": cli_backup.restore,
        "verify-board": over_services(cli_boards.verify),
        "mail test": cli_mail.send_test,
        "mail preview": cli_mail.preview,
        "outbox list": over_services(cli_outbox.show),
        "outbox retry": over_services(cli_outbox.retry),
        "demo": over_services(cli_demo.demo),
    }
)
