"""Announce changes of rights: one numbered stream that every process follows.

joined     somebody became an accepted member   data: Membership
left       an accepted member is gone           data: Membership
cancelled  a lesson was, of accepted members    data: {"recipients": [ids]}
board      a member's right to draw changed     data: {"board": "draw" | "view"}
lesson     a lesson or its members changed      data: {"lesson": as it is by now}
renamed    a user has another name              data: {"name": …}
held       a message waits for a tutor          data: as chat.held_events tells
decided    it waits no longer                   data: likewise
user       a user's account changed: check their connections again
           data: {"active": whether they may sign in}
login      a login was revoked: likewise
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import msgspec

from store import access_changes
from store.records import AccessChangeRecord
from store.transaction import Transaction

STREAM = "access"
NOBODY = 0  # the user of a change that is about no user in particular


class Membership(msgspec.Struct, frozen=True):
    """The data of ``joined`` and ``left``; ``seq``: the chat's position then."""

    name: str
    role: str
    by: int | None
    seq: int
    recipients: tuple[int, ...]


class AccessEvent(msgspec.Struct, frozen=True):
    """An access change on its way to every process."""

    seq: int
    kind: str
    user_id: int
    ts: datetime
    lesson_id: int | None = None
    data: dict[str, Any] = {}
    stream: str = STREAM


def announce(
    tx: Transaction,
    kind: str,
    user_id: int,
    *,
    now: datetime,
    lesson_id: int | None = None,
    data: dict[str, Any] | None = None,
    unstored: dict[str, Any] | None = None,
) -> None:
    """Number a change of rights, and publish it after the commit.

    ``unstored`` is more data, which goes with the event alone.
    """
    change = access_changes.record(
        tx, kind=kind, user_id=user_id, at=now, lesson_id=lesson_id, data=data
    )
    if unstored is not None:
        change = replace(change, data={**change.data, **unstored})
    tx.emit(event_of(change, now))


def announce_all(
    tx: Transaction,
    kind: str,
    people: Mapping[int, dict[str, Any]],
    *,
    now: datetime,
) -> None:
    """Announce the same kind of change of many users, each with its data."""
    for change in access_changes.record_all(tx, kind, people, at=now):
        tx.emit(event_of(change, now))


def announce_names(tx: Transaction, names: Mapping[int, str], *, now: datetime) -> None:
    """Announce people's new names to the rooms in which they are shown."""
    people = {user_id: {"name": name} for user_id, name in names.items()}
    announce_all(tx, "renamed", people, now=now)


def event_of(change: AccessChangeRecord, ts: datetime) -> AccessEvent:
    return AccessEvent(
        seq=change.seq,
        kind=change.kind,
        user_id=change.user_id,
        ts=ts,
        lesson_id=change.lesson_id,
        data=change.data,
    )
