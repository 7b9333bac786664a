"""The tables of an export: what is kept about a person, and how it is shown."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import msgspec

from rtserver.boards.codec import decode_elements
from rtserver.boards.state import BoardDamaged, load
from rtserver.files.kinds import archive_name
from rtserver.views import file_view
from store import board_journal, files, person
from store.transaction import Transaction

Record = Mapping[str, Any]
Rows = Callable[[Transaction, int], Iterator[Record]]


class ExportTable(NamedTuple):
    """One table of an export: a file ``name.json``, and a section of the page.

    ``columns`` are those that the page shows.
    """

    name: str
    title: str
    about: str
    rows: Rows
    columns: Sequence[str]


def _account(tx: Transaction, user_id: int) -> Iterator[Record]:
    found = person.account(tx, user_id)
    if found is not None:
        yield found


def _with_json(rows: Rows, *names: str) -> Rows:
    """Wrap ``rows`` so that columns which hold JSON are exported as JSON, not text."""

    def read(tx: Transaction, user_id: int) -> Iterator[Record]:
        for row in rows(tx, user_id):
            yield {**row, **{name: _raw(row[name]) for name in names}}

    return read


def _raw(text: str | bytes | None) -> msgspec.Raw | None:
    if text is None:
        return None
    return msgspec.Raw(text.encode() if isinstance(text, str) else text)


def _elements(tx: Transaction, user_id: int) -> Iterator[Record]:
    """Yield the elements that are on boards now and that a person changed last."""
    for lesson_id in person.drawn_in(tx, user_id):
        last: dict[str, int] = {}
        for entry in board_journal.after(tx, lesson_id, 0):
            ids = [element.id for element in decode_elements(entry.elements)]
            last.update(dict.fromkeys(ids, entry.user_id))
        try:
            canvas = load(tx, lesson_id).canvas
        except BoardDamaged:
            yield {"lesson_id": lesson_id, "element": None, "damaged": True}
            continue
        for element in canvas.all():
            if not element.deleted and last.get(element.id) == user_id:
                yield {"lesson_id": lesson_id, "element": msgspec.Raw(element.raw)}


def _files(tx: Transaction, user_id: int) -> Iterator[Record]:
    for file in files.of_user(tx, user_id):
        view = msgspec.to_builtins(file_view(file), builtin_types=(datetime,))
        yield {**view, "file": f"files/{archive_name(file)}"}


TABLES = (
    ExportTable(
        "account",
        "Account",
        "Who they are here, and how they chose to be addressed.",
        _account,
        (
            *("id", "email", "name", "role", "locale", "timezone", "is_active"),
            *("has_password", "created_at", "revoked_at"),
        ),
    ),
    ExportTable(
        "logins",
        "Sign-ins",
        "When they signed in with a password, and until when that counts.",
        person.logins,
        ("signed_in_at", "ended_at"),
    ),
    ExportTable(
        "password_links",
        "Links to choose a password",
        "When those were made that still count, and until when; never the links.",
        person.password_links,
        ("created_at", "expires_at"),
    ),
    ExportTable(
        "lessons",
        "Lessons",
        "The lessons that they are a member of, invited ones too.",
        person.lessons,
        ("lesson_id", "title", "starts_at", "ends_at", "status", "role", "state"),
    ),
    ExportTable(
        "messages",
        "Messages",
        "What they wrote in lessons' chats; of deleted ones no text is kept.",
        person.messages,
        ("created_at", "lesson_title", "text", "edited_at", "deleted"),
    ),
    ExportTable(
        "held_messages",
        "Messages for a tutor to see first",
        "What they wanted to say in moderated chats; once decided, no text is kept.",
        person.held_messages,
        ("created_at", "lesson_title", "text", "state", "decided_at"),
    ),
    ExportTable(
        "files",
        "Files",
        "The pictures and documents that they uploaded; their bytes are in files/.",
        _files,
        ("created_at", "lesson_id", "for", "name", "type", "bytes", "file"),
    ),
    ExportTable(
        "attendance",
        "Attendance",
        "When they were in the rooms of lessons.",
        person.attendance,
        ("lesson_id", "entered_at", "left_at"),
    ),
    ExportTable(
        "read_marks",
        "Read marks",
        "How far they have read each lesson's chat.",
        person.read_marks,
        ("lesson_id", "seq"),
    ),
    ExportTable(
        "board_changes",
        "Changes of boards",
        "What they drew, reset or replaced, as far back as the journal is kept.",
        _with_json(person.board_changes, "elements"),
        ("at", "lesson_id", "kind"),
    ),
    ExportTable(
        "board_elements",
        "On boards now",
        "The elements on boards that they were the last to change.",
        _elements,
        ("lesson_id", "element"),
    ),
    ExportTable(
        "notifications",
        "Notifications",
        "What they were told.",
        _with_json(person.notifications, "data"),
        ("created_at", "event", "data", "read_at"),
    ),
    ExportTable(
        "preferences",
        "Choices",
        "Which mails they want; an event that isn't here is one they get mails about.",
        person.preferences,
        ("event", "email"),
    ),
    ExportTable(
        "calendar_address",
        "Calendar",
        "When the address was made at which a calendar program reads their lessons.",
        person.calendar_address,
        ("created_at",),
    ),
    ExportTable(
        "mails",
        "Mails",
        "Mails to them that wait, or ended not long ago, with every try to send them.",
        _with_json(person.mails, "data", "lesson"),
        ("created_at", "event", "state", "ended_at"),
    ),
    ExportTable(
        "access_changes",
        "Changes of rights",
        "Joining and leaving lessons, rights to draw, and account changes, of late.",
        _with_json(person.access_changes, "data"),
        ("at", "kind", "lesson_id"),
    ),
    ExportTable(
        "idempotency_keys",
        "Repeatable requests",
        "Keys of requests to notify people, and what was answered.",
        _with_json(person.idempotency_keys, "answer"),
        ("created_at", "key"),
    ),
)
