"""Who is in a lesson's room: what an ack says of it, and what events make of that."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from rtserver_client.wire import Lesson, Reaction


@dataclass(frozen=True, slots=True)
class RoomPerson:
    """Somebody in a room; ``hand`` is since when theirs is up (RFC 3339), or None."""

    user_id: int
    entered_at: str
    hand: str | None = None
    reaction: Reaction | None = None


@dataclass(frozen=True, slots=True)
class RoomState:
    """A room as it is at one moment.

    ``present`` is in the order of entering, ``hands`` (whose are up) in that of
    raising; ``lead`` is the id of whose board all are asked to follow.
    """

    lesson: Lesson
    present: tuple[RoomPerson, ...] = ()
    hands: tuple[RoomPerson, ...] = ()
    lead: int | None = None


def opened(ack: dict[str, Any]) -> RoomState:
    """Return the room as an ack tells of it."""
    present = [RoomPerson(**person) for person in ack["present"]]
    return _seated(RoomState(ack["lesson"], lead=ack["lead"]), present)


def changed(state: RoomState, event: dict[str, Any]) -> RoomState:
    """Return the room after an event; one of another type changes nothing."""
    step = _STEPS.get(event["type"])
    return step(state, event["payload"]) if step is not None else state


def _entered(state: RoomState, payload: dict[str, Any]) -> RoomState:
    person = RoomPerson(payload["user_id"], payload["at"])
    known = [(each.user_id, each.entered_at) for each in state.present]
    if (person.user_id, person.entered_at) in known:
        return state
    return _seated(state, [*_without(state, person.user_id), person])


def _left(state: RoomState, payload: dict[str, Any]) -> RoomState:
    return _seated(state, _without(state, payload["user_id"]))


def _reacted(state: RoomState, payload: dict[str, Any]) -> RoomState:
    signals = {"hand": payload["hand"], "reaction": payload["reaction"]}
    return _seated(
        state,
        [
            replace(each, **signals) if each.user_id == payload["user_id"] else each
            for each in state.present
        ],
    )


_STEPS: dict[str, Callable[[RoomState, dict[str, Any]], RoomState]] = {
    "room.entered": _entered,
    "room.left": _left,
    "room.reaction": _reacted,
    "room.lead": lambda state, payload: replace(state, lead=payload["user_id"]),
    "lesson.changed": lambda state, payload: replace(state, lesson=payload["lesson"]),
}


def _without(state: RoomState, user_id: int) -> list[RoomPerson]:
    return [each for each in state.present if each.user_id != user_id]


def _seated(state: RoomState, people: Iterable[RoomPerson]) -> RoomState:
    """Order people by a time of theirs, those of one time by their ids."""
    present = sorted(people, key=lambda each: (_digits(each.entered_at), each.user_id))
    up = [(_digits(each.hand), each.user_id, each) for each in present if each.hand]
    hands = tuple(each for *_, each in sorted(up, key=lambda each: each[:2]))
    return replace(state, present=tuple(present), hands=hands)


def _digits(time: str) -> str:
    """Return a time with six digits behind the second, so that times can be compared.

    The server writes none, three or six.
    """
    return re.sub(r"(\.\d+)?Z$", lambda found: (found[1] or ".").ljust(7, "0"), time)
