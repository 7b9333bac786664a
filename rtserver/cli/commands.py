"""The commands that read or change the database and end."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from rtserver.cli import (
    api_keys,
    backup,
    boards,
    demo,
    lessons,
    mail,
    outbox,
    password_links,
    privacy,
    tokens,
    user_import,
    users,
)
from rtserver.cli.context import Context, over_services

Command = Callable[[Context], int]

COMMANDS: Mapping[str, Command] = MappingProxyType(
    {
        "user add": users.add,
        "user list": over_services(users.show_all),
        "user passwd": users.set_password,
        "user deactivate": over_services(users.deactivate),
        "user link": over_services(password_links.link),
        "user activate": over_services(users.activate),
        "user role": over_services(users.set_role),
        "user export": over_services(privacy.export),
        "user erase": privacy.erase,
        "import": user_import.bring_in,
        "token": over_services(tokens.token),
        "apikey add": over_services(api_keys.add, makes=True),
        "apikey list": over_services(api_keys.show_all),
        "apikey revoke": over_services(api_keys.revoke),
        "lesson add": over_services(lessons.add, makes=True),
        "lesson list": over_services(lessons.show_all),
        "lesson export": over_services(lessons.export),
        "lesson cancel": over_services(lessons.cancel),
        "lesson move": over_services(lessons.move),
        "lesson member": over_services(lessons.member),
        "backup": backup.backup,
        "restore": backup.restore,
        "verify-board": over_services(boards.verify_board),
        "mail test": mail.send_test,
        "mail preview": mail.preview,
        "outbox list": over_services(outbox.show),
        "outbox retry": over_services(outbox.retry),
        "demo": over_services(demo.demo, makes=True),
    }
)
