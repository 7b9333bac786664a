"""Every limit that a client can meet is on one page, with its number."""

import itertools
import re
from collections.abc import Iterator

import pytest

from handlers import board_commands, chat, command_queue, files, status
from rtserver.access import allowances
from rtserver.access.actor import Actor
from rtserver.access.budgets import Budgets
from rtserver.archive import service as archives
from rtserver.boards import elements
from rtserver.boards.canvas import CanvasLimits
from rtserver.chat import held
from rtserver.edge import sender
from rtserver.edge.limits import HttpLimits
from rtserver.errors import RateLimited
from rtserver.files import under_way, uploads
from rtserver.input import cursors, envelope_fields, field_types, json_faults, text
from rtserver.lessons import requests as lessons
from rtserver.notifications import requests as notifications
from rtserver.settings.model import Settings, all_keys
from rtserver.wiring.budgets import budgets
from tests.docs_examples import code, page, rows, section
from tests.fakes import FakeClock

LIMITS = rows(section(page("docs/protocol.md"), "Limits"))
DEFAULTS = {f"{key.section}.{key.name}": key.default for key in all_keys()}
# Beside all of [limits].
OTHERS = {
    "auth.timeout",
    "auth.max_ttl",
    "auth.link_pause",
    "chat.max_length",
    *(f"boards.{name}" for name in ("element_bytes", "max_elements", "max_bytes")),
    *(f"files.{name}_bytes" for name in ("max", "lesson", "school", "user")),
    "files.uploading_bytes",
}
# What is no setting is in the code, and the same in every school.
OWN = {
    "depth of a frame": json_faults.MAX_DEPTH,
    "characters of an `id`, a frame's or an element's": envelope_fields.MAX_ID_LENGTH,
    "bytes of a user's commands over 4 KiB a second, over all their connections to a "
    "process": allowances.BYTES_PER_SECOND,
    "commands that wait for the one being served": command_queue.MAX_WAITING,
    "bytes waiting for a reader of previews": sender.VOLATILE_BYTES,
    "missed events that a user is sent a second, over all their connections to a "
    "process": int(allowances.REPLAYED_PER_SECOND),
    "elements of a patch": elements.MAX_IN_PATCH,
    "bytes of a cursor's payload": board_commands.CURSOR_BYTES,
    "bytes of a preview's payload": board_commands.PREVIEW_BYTES,
    "deleted elements that a board remembers": CanvasLimits().tombstones,
    "bytes of a request's first line and headers": HttpLimits().head_bytes,
    "characters of a password": text.MAX_PASSWORD,
    "characters of a name, and of a lesson's title": field_types.MAX_NAME,
    "characters of an e-mail address": text.MAX_EMAIL,
    "members that one request names": lessons.MAX_INVITATIONS,
    "characters of a `client_id`": text.MAX_KEY,
    "files of a message": chat.MAX_FILES,
    "messages of one author that a lesson's tutors have not decided yet": held.MAX_HELD,
    "files of a user": uploads.MAX_FILES,
    "uploads of a user at once, to a process": under_way.AT_ONCE,
    "archives of a user at once, to a process": archives.AT_ONCE_OF_ONE,
    "rows of a page": cursors.MAX_ROWS,
    "ids of one request for who is online": status.MAX_IDS,
    "files of one request for tickets": files.MAX_WANTED,
    "people whom a platform notifies by one request": notifications.MAX_USERS,
    "bytes of a platform's `data`": notifications.MAX_BYTES,
}
UNITS = {"": 1, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30}
NUMBER = re.compile(r"(\d[\d ]*\d|\d)(?: ([KMG]iB))?")


def numbers(cell: str) -> set[int]:
    found = NUMBER.findall(cell)
    return {int(digits.replace(" ", "")) * UNITS[unit] for digits, unit in found}


def named() -> Iterator[tuple[str, str, str]]:
    """Yield what is limited, its number, and each setting that is named for it."""
    for what, most, setting, _ in LIMITS:
        for name in code(setting):
            yield what, most, name


@pytest.mark.parametrize("row", list(named()), ids=lambda row: f"{row[0]}: {row[2]}")
def test_default_of_a_limits_setting_is_told(row: tuple[str, str, str]) -> None:
    what, most, name = row
    ids = what.startswith("ids that a board knows")

    default = CanvasLimits().ids if ids else DEFAULTS[name]

    assert default in numbers(most) | numbers(what)


def test_every_setting_that_limits_clients_is_named() -> None:
    limits = {name for name in DEFAULTS if name.startswith("limits.")}

    assert {name for _, _, name in named()} == limits | OTHERS


def test_every_limit_that_is_no_setting_is_told_as_it_is_in_the_code() -> None:
    told = {what: numbers(most) for what, most, setting, _ in LIMITS if setting == "–"}

    assert set(told) == set(OWN)
    assert [what for what, most in OWN.items() if most not in told[what]] == []


def test_numbers_are_read_with_their_units() -> None:
    assert numbers("131 072, after a first 64 MiB") == {131_072, 64 << 20}


LARGE = rows(section(page("docs/configuration.md"), "Messages in large lessons"))


@pytest.mark.parametrize("row", LARGE, ids=lambda row: row[0])
def test_how_many_messages_an_author_may_send_is_told(row: list[str]) -> None:
    members, _, at_once, a_second = (int(re.sub(r"\D", "", cell)) for cell in row)
    clock = FakeClock()
    limits = budgets(Settings(), clock)

    sent = passed(limits, members)
    clock.advance(60)
    later = passed(limits, members)

    assert at_once == pytest.approx(sent, rel=0.1)
    assert a_second == pytest.approx(later / 60, rel=0.1)


def passed(limits: Budgets, members: int) -> int:
    """Send messages of sixty letters until one is refused; return how many passed."""
    author = Actor(7, "Sofia", "student")
    for sent in itertools.count():
        try:
            limits.charge_body(author, 90)
        except RateLimited:
            return sent
        limits.spend_message(author, members)
    raise AssertionError
