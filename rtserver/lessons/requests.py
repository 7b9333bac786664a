"""Requests about lessons and their members (contract 3.3)."""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal, NamedTuple, TypeVar

import msgspec
from msgspec import UNSET, UnsetType

from rtserver.errors import Invalid
from rtserver.input.field_types import MAX_NAME, Email, Id, Moment, Name
from rtserver.input.text import clean_text

# A whole list is stored, and told to everyone in it, in one transaction.
MAX_INVITATIONS = 500

FIRST = datetime(1970, 1, 1, tzinfo=UTC)
LAST = datetime.max.replace(tzinfo=UTC)

Role = Literal["tutor", "student"]
State = Literal["invited", "accepted"]
Board = Literal["draw", "view"]
Chat = Literal["open", "tutors", "moderated"]


class Invitation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody who is to be in a lesson, named by ``user_id`` or by ``email``."""

    role: Role
    user_id: Id | UnsetType = UNSET
    email: Email | UnsetType = UNSET
    state: State | UnsetType = UNSET
    board: Board | UnsetType = UNSET


Invitations = Annotated[list[Invitation], msgspec.Meta(max_length=MAX_INVITATIONS)]


class LessonBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A whole lesson; ``members`` left out: nobody, or whoever is in it already.

    ``chat`` left out: it stays as it is, in a new lesson ``open``.
    """

    title: Name
    starts_at: Moment
    ends_at: Moment
    members: Invitations | UnsetType = UNSET
    chat: Chat | UnsetType = UNSET


class LessonPatch(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Changes of a lesson."""

    title: Name | UnsetType = UNSET
    starts_at: Moment | UnsetType = UNSET
    ends_at: Moment | UnsetType = UNSET
    chat: Chat | UnsetType = UNSET


class MemberPatch(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Changes of a member."""

    board: Board | UnsetType = UNSET
    role: Role | UnsetType = UNSET
    state: State | UnsetType = UNSET


class MembersPatch(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A change of what a lesson's students may do with its board, now and later."""

    board: Board


class LessonFields(NamedTuple):
    """A lesson's fields, apart from its members; times in UTC."""

    title: Name
    starts_at: datetime
    ends_at: datetime


L = TypeVar("L", LessonBody, LessonPatch)


def cleaned(body: L) -> L:
    """Trim the title and put the times into UTC, or raise ``Invalid``."""
    given: dict[str, Any] = {
        name: getattr(body, name)
        for name in LessonFields._fields
        if getattr(body, name) is not UNSET
    }
    for name, value in given.items():
        given[name] = _clean(name, value)
    return msgspec.structs.replace(body, **given)


def _clean(path: str, value: str | datetime) -> str | datetime:
    if isinstance(value, str):
        return clean_text(value, path=path, maximum=MAX_NAME)
    if not FIRST <= value <= LAST:
        raise Invalid.at(path, "must be in the years 1970 to 9999")
    return value.astimezone(UTC)
