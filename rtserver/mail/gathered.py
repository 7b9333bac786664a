"""Mails that gather messages: their texts, read as the mail is sent."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from rtserver.mail.events import CHAT, HELD
from store import held_messages, lessons, members, messages, read_marks
from store.records import (
    HeldMessageRecord,
    MailRecord,
    MemberRecord,
    MessageRecord,
    NotificationRecord,
)
from store.transaction import Transaction

SHOWN_MESSAGES = 20

Found = Sequence[MessageRecord] | Sequence[HeldMessageRecord]
Reader = Callable[[Transaction, MemberRecord, Sequence[Any]], Found]


def read(
    tx: Transaction, mail: MailRecord, waiting: Iterable[NotificationRecord]
) -> dict[str, Any] | str:
    """Return ``messages`` and ``more`` for the templates, or why there is no mail."""
    lesson_id = mail.lesson_id or 0
    member = members.acting(tx, lesson_id, mail.user_id)
    if (
        lessons.get(tx, lesson_id) is None
        or member is None
        or member.state != "accepted"
    ):
        return _DONE[mail.event]
    notices = [json.loads(notice.data) for notice in waiting]
    found = READERS[mail.event](tx, member, notices)
    shown = [
        {"author": one.author_name, "text": _said(one), "at": one.created_at}
        for one in found[-SHOWN_MESSAGES:]
    ]
    if not shown:
        return _DONE[mail.event]
    return {"messages": shown, "more": len(found) - len(shown)}


def _said(message: MessageRecord | HeldMessageRecord) -> str:
    """Return a message's text; of one without, what its files are called."""
    return message.text or ", ".join(file.name for file in message.files)


def _unread(tx: Transaction, member: MemberRecord, notices: Sequence[Any]) -> Found:
    """Find the messages that are still news to somebody who takes part."""
    mark = read_marks.get(tx, member.lesson_id, member.user_id)
    return [
        message
        for message in messages.by_ids(tx, [one["message_id"] for one in notices])
        if message.created_seq > mark and not message.deleted
    ]


def _undecided(tx: Transaction, member: MemberRecord, notices: Sequence[Any]) -> Found:
    """Find what still waits for somebody who is a tutor still."""
    if member.role != "tutor":
        return []
    return [
        held
        for held in held_messages.by_ids(tx, [one["held_id"] for one in notices])
        if held.state == held_messages.HELD
    ]


READERS: Mapping[str, Reader] = {CHAT: _unread, HELD: _undecided}
_DONE = {CHAT: "read", HELD: "decided"}
