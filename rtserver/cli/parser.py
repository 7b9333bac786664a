"""The commands and their arguments, on one page."""

import argparse
from collections.abc import Callable
from typing import Any

from rtserver.cli.arguments import ID, http_url, moment, seconds, typed
from rtserver.settings.types import HOST, integer

_CONFIG = "INI file with the settings; without it, $RTSERVER_CONFIG or the defaults"
_JSON = "print one JSON value on stdout, and nothing else there"
_PASSWORD = "take the password from the first line of stdin"
_USER = "id or e-mail address"
_TIME = "such as 2026-11-23T10:00:00Z, 2026-11-23T12:00+02:00; without an offset: by "
_TIME += "[notifications] timezone"
_ROLES = ("admin", "tutor", "student")
_CHATS = ("open", "tutors", "moderated")
_CHAT = "who writes: all; tutors alone; or students as tutors let them. Default: open"
_MEMBER = (
    ("role", _ROLES[1:], "needed for who isn't in the lesson yet"),
    ("board", ("draw", "view"), "what they may do on the board"),
    ("state", ("accepted", "invited"), "default for who is new: accepted"),
)

Commands = Any  # argparse has no public name for what add_subparsers() gives


def build_parser() -> argparse.ArgumentParser:
    """Return the parser; ``command`` of what it parses is such as ``"user add"``."""
    top = argparse.ArgumentParser(
        prog="rtserver",
        description="The realtime server of an online tutoring school.",
        epilog="rtserver COMMAND --help tells more of one. Begin with: rtserver init",
        allow_abbrev=False,
    )
    _add_common(top)
    top.add_argument("--version", action="store_true", help="print the version")
    top.set_defaults(config=None, json=False, command=None)
    commands = top.add_subparsers(metavar="COMMAND")
    _add_server(commands)
    _add_user(_group(commands, "user", "add, list and change people's accounts"))
    _add_import(commands)
    _add_token(commands)
    _add_apikey(_group(commands, "apikey", "manage the keys of integrating platforms"))
    _add_lesson(_group(commands, "lesson", "add, list and change lessons"))
    _add_board(commands)
    _add_backup(commands)
    _add_mail(_group(commands, "mail", "try out mails"))
    _add_outbox(_group(commands, "outbox", "see to mails that wait or failed"))
    return top


def _add_common(parser: argparse.ArgumentParser) -> None:
    # Without a default of their own, so that they count wherever they stand.
    absent = argparse.SUPPRESS
    parser.add_argument("--config", metavar="FILE", default=absent, help=_CONFIG)
    parser.add_argument("--json", action="store_true", default=absent, help=_JSON)


def _command(
    commands: Commands, name: str, about: str, full_name: str = ""
) -> argparse.ArgumentParser:
    sentence = f"{about[0].upper()}{about[1:]}."
    parser: argparse.ArgumentParser = commands.add_parser(
        name, help=about, description=sentence, allow_abbrev=False
    )
    _add_common(parser)
    parser.set_defaults(command=full_name or name)
    return parser


def _group(commands: Commands, name: str, about: str) -> Callable[..., Any]:
    """Add a command that has commands of its own; return what adds one of these."""
    parser = _command(commands, name, about)
    own = parser.add_subparsers(metavar="ACTION", required=True)
    return lambda action, about: _command(own, action, about, f"{name} {action}")


def _add_server(commands: Commands) -> None:
    serve = _command(commands, "serve", "run the server until SIGTERM")
    serve.add_argument("--host", type=typed(HOST.parse), help="overrides [server] host")
    serve.add_argument(
        "--port",
        type=typed(integer(0, 65535).parse),
        help="overrides [server] port; 0 takes a free one",
    )
    init = _command(
        commands, "init", "write a config, and create the database and an admin"
    )
    init.add_argument("--admin-email", metavar="EMAIL")
    init.add_argument("--admin-name", metavar="NAME")
    init.add_argument("--password-stdin", action="store_true", help=_PASSWORD)
    init.add_argument("--force", action="store_true", help="replace the config file")
    _add_check(commands)
    _add_top(commands)
    migrate = _command(commands, "migrate", "create or update the database's tables")
    migrate.add_argument(
        "--new-epoch",
        action="store_true",
        help="after pg_restore, while no server runs: have clients load anew",
    )
    demo = _command(commands, "demo", "make a demo school, where no real one is")
    demo.add_argument("--base-url", metavar="URL", help="where the server is reached")


def _add_check(commands: Commands) -> None:
    check = _command(
        commands,
        "check",
        "try out everything that the server needs, and through [server] base_url what "
        "its clients meet",
    )
    check.add_argument(
        "--idle",
        type=seconds,
        nargs="?",
        const=0.0,
        metavar="SECONDS",
        help="also hold a socket that says nothing, to see whether the proxy cuts it; "
        "default: a little over [presence] heartbeat. It signs in as an admin, who "
        "seems online meanwhile",
    )


def _add_top(commands: Commands) -> None:
    top = _command(commands, "top", "show what running servers do just now")
    top.add_argument(
        "--url",
        dest="urls",
        action="append",
        default=[],
        type=http_url,
        metavar="URL",
        help="a server's address, once for each process; default: [server] host and "
        "port",
    )
    top.add_argument("--interval", type=seconds, default=2.0, metavar="SECONDS")


def _add_user(command: Callable[..., argparse.ArgumentParser]) -> None:
    add = command("add", "add a user")
    add.add_argument("email", metavar="EMAIL")
    add.add_argument("--name", required=True)
    add.add_argument("--role", required=True, choices=_ROLES)
    add.add_argument("--locale", help="language, such as uk")
    add.add_argument("--timezone", help="IANA name, such as Europe/Kyiv")
    add.add_argument("--id", type=ID)
    add.add_argument("--password-stdin", action="store_true", help=_PASSWORD)
    command("list", "list all users")
    passwd = command("passwd", "give a user a new password, which ends their logins")
    passwd.add_argument("user", metavar="USER", help=_USER)
    passwd.add_argument("--password-stdin", action="store_true", help=_PASSWORD)
    deactivate = command("deactivate", "lock a user out; what they wrote stays")
    deactivate.add_argument("user", metavar="USER", help=_USER)
    activate = command("activate", "let a user in again who was locked out")
    activate.add_argument("user", metavar="USER", help=_USER)
    link = command("link", "print a link by which a user chooses a password, once")
    link.add_argument("user", metavar="USER", help=_USER)
    role = command("role", "give a user another role")
    role.add_argument("user", metavar="USER", help=_USER)
    role.add_argument("role", metavar="ROLE", choices=_ROLES, help=", ".join(_ROLES))
    export = command("export", "write all that is kept about a user into a ZIP file")
    export.add_argument("user", metavar="USER", help=_USER)
    export.add_argument(
        "file", nargs="?", metavar="FILE", help="default: rtserver-user-ID.zip, here"
    )
    erase = command("erase", "erase a user and what they wrote, for ever")
    erase.add_argument("user", metavar="USER", help=_USER)
    erase.add_argument("--yes", action="store_true", help="don't ask whether to")


def _add_import(commands: Commands) -> None:
    bring = _command(commands, "import", "bring in people from a CSV file, all or none")
    bring.add_argument(
        "file",
        metavar="FILE.csv",
        help="first line: email,name,role and, if you like, locale,timezone,invite",
    )
    bring.add_argument(
        "--dry-run", action="store_true", help="only tell what it would do"
    )


def _add_token(commands: Commands) -> None:
    token = _command(commands, "token", "print an access token of a user")
    token.add_argument("user", metavar="USER", help=_USER)
    token.add_argument(
        "--ttl", type=seconds, metavar="SECONDS", help="default: [auth] access_ttl"
    )


def _add_apikey(command: Callable[..., argparse.ArgumentParser]) -> None:
    add = command("add", "make a key and print it, this once")
    add.add_argument("name", metavar="NAME", help="whose key it is")
    command("list", "list all keys, revoked ones too")
    revoke = command("revoke", "end a key at once")
    revoke.add_argument("id", metavar="ID", type=ID)


def _add_lesson(command: Callable[..., argparse.ArgumentParser]) -> None:
    add = command("add", "add a lesson, whose members are accepted at once")
    add.add_argument("title", metavar="TITLE")
    for when in ("starts", "ends"):
        add.add_argument(
            f"--{when}", required=True, type=moment, metavar="TIME", help=_TIME
        )
    for role in ("tutor", "student"):
        add.add_argument(
            f"--{role}",
            dest=f"{role}s",
            action="extend",
            nargs="+",
            default=[],
            metavar="USER",
            help=_USER,
        )
    add.add_argument("--chat", choices=_CHATS, help=_CHAT)
    command("list", "list all lessons")
    cancel = command("cancel", "cancel a lesson, and tell its members")
    move = command("move", "give a lesson another time, and tell its members")
    member = command("member", "add somebody to a lesson, change them, or remove them")
    export = command("export", "write a lesson's chat, board and files into a ZIP file")
    for one in (cancel, move, member, export):
        one.add_argument("lesson", metavar="LESSON", type=ID, help="id of the lesson")
    export.add_argument("file", metavar="FILE", help="such as lesson-3.zip")
    move.add_argument(
        "--starts", required=True, type=moment, metavar="TIME", help=_TIME
    )
    move.add_argument(
        "--ends", type=moment, metavar="TIME", help="default: as long as it was"
    )
    member.add_argument("user", metavar="USER", help=_USER)
    for name, choices, about in _MEMBER:
        member.add_argument(f"--{name}", choices=choices, help=about)
    member.add_argument("--remove", action="store_true", help="take them out")


def _add_board(commands: Commands) -> None:
    verify = _command(
        commands, "verify-board", "replay a board's journal against its snapshots"
    )
    verify.add_argument(
        "lesson",
        metavar="LESSON",
        type=ID,
        help="id of the lesson; exit code 1 if they differ",
    )


def _add_backup(commands: Commands) -> None:
    backup = _command(commands, "backup", "write a backup of an SQLite database")
    backup.add_argument(
        "file", metavar="FILE", help="may be an earlier backup, which is replaced"
    )
    restore = _command(commands, "restore", "put a backup in the database's place")
    restore.add_argument("file", metavar="FILE", help="what rtserver backup wrote")


def _add_mail(command: Callable[..., argparse.ArgumentParser]) -> None:
    test = command("test", "send a mail, to see whether the school's mails arrive")
    test.add_argument("address", metavar="ADDRESS")
    preview = command("preview", "write an event's mail as .eml and .html, to look at")
    preview.add_argument("event", metavar="EVENT", help="such as lesson.scheduled")
    preview.add_argument("--locale", help="language, such as uk")
    preview.add_argument("--folder", metavar="DIR", default=".", help="where to write")


def _add_outbox(command: Callable[..., argparse.ArgumentParser]) -> None:
    show = command("list", "list the mails that wait or failed")
    show.add_argument(
        "--all", action="store_true", help="those too that were sent or not needed"
    )
    retry = command("retry", "send mails again that failed, or are in doubt")
    retry.add_argument(
        "ids",
        nargs="*",
        metavar="ID",
        type=ID,
        help="without one: all of them",
    )
