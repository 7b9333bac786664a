"""Invite people into a lesson, inside the transaction that stores it."""

from dataclasses import replace

from msgspec import UNSET

from rtserver.access import rights
from rtserver.access.actor import Actor
from rtserver.access.rights import Right
from rtserver.errors import Forbidden, Invalid
from rtserver.input.text import clean_email, email_key
from rtserver.lessons.requests import Invitation, Invitations, MemberPatch
from rtserver.lessons.roster import Roster
from store import users
from store.records import MemberRecord, UserRecord
from store.transaction import Transaction


def check_states(actor: Actor, asked: Invitations) -> None:
    """Refuse states that only an admin or an Api-Key may set."""
    allowed = rights.allows(actor, None, Right.SET_STATE)
    if not allowed and any(one.state == "accepted" for one in asked):
        raise Forbidden(
            "Only admins and integrating platforms set `state`: "
            "leave it out, and those you invite accept for themselves."
        )


def find(tx: Transaction, asked: Invitation, prefix: str = "") -> UserRecord:
    """Find whom an invitation means; ``Invalid`` if that is nobody."""
    path = prefix + _field(asked)
    if (asked.user_id is UNSET) == (asked.email is UNSET):
        raise Invalid.at(path, "give either user_id or email")
    if isinstance(asked.email, str):
        user = users.by_email(tx, email_key(clean_email(asked.email, path=path)))
    else:
        assert isinstance(asked.user_id, int)
        user = users.get(tx, asked.user_id)
    if user is None:
        raise Invalid.at(path, "there is no such user")
    return user


def find_all(tx: Transaction, asked: Invitations) -> list[UserRecord]:
    """Find everybody whom a list means; ``Invalid`` if it names somebody twice."""
    found: list[UserRecord] = []
    ids = set[int]()
    for index, one in enumerate(asked):
        user = find(tx, one, _prefix(index))
        if user.id in ids:
            raise Invalid.at(_prefix(index) + _field(one), "is in the list already")
        ids.add(user.id)
        found.append(user)
    return found


def place(
    roster: Roster, user: UserRecord, asked: Invitation, prefix: str = ""
) -> MemberRecord:
    """Add somebody, or give who is in already the role (state, board) asked for."""
    held = roster.get(user.id)
    if held is None and not user.is_active:
        raise Invalid.at(prefix + _field(asked), "this user's account is deactivated")
    return roster.put(revised(held or _newcomer(roster, user, asked), asked))


def place_all(roster: Roster, found: list[UserRecord], asked: Invitations) -> None:
    """Place everybody whom ``find_all`` found for the same list."""
    for index, (user, one) in enumerate(zip(found, asked, strict=True)):
        place(roster, user, one, _prefix(index))


def replace_all(tx: Transaction, roster: Roster, asked: Invitations) -> None:
    """Make a list the lesson's members: who isn't in it goes."""
    found = find_all(tx, asked)
    stay = {user.id for user in found}
    for member in roster.members():
        if member.user_id not in stay:
            roster.remove(member.user_id)
    place_all(roster, found, asked)
    roster.require_tutor()


def revised(member: MemberRecord, asked: Invitation | MemberPatch) -> MemberRecord:
    """Return a member with those of role, state and board that are asked for."""
    given = {
        name: value
        for name in ("role", "state", "board")
        if (value := getattr(asked, name)) is not UNSET
    }
    return replace(member, **given)


def _newcomer(roster: Roster, user: UserRecord, asked: Invitation) -> MemberRecord:
    board = roster.lesson.student_board if asked.role == "student" else "draw"
    return MemberRecord(
        lesson_id=roster.lesson_id,
        user_id=user.id,
        name=user.name,
        role="student",
        state="invited",
        board=board,
        chat_from=0,
    )


def _field(asked: Invitation) -> str:
    return "user_id" if asked.email is UNSET else "email"


def _prefix(index: int) -> str:
    return f"members[{index}]."
