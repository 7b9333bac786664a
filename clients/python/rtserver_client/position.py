"""How far a channel has been passed on, so that nothing comes twice."""

from collections.abc import Callable, Collection
from enum import Enum, auto
from typing import Any, NamedTuple, Protocol

Event = dict[str, Any]


class Verdict(Enum):
    """A decision about an event; at a gap, what lies before it has to be asked for."""

    PASS = auto()
    DROP = auto()
    GAP = auto()


class Reload(NamedTuple):
    """A loss that can't be recovered: why, and in chat of which lessons."""

    reason: str
    lessons: Collection[int] = ()


class Opened(NamedTuple):
    """The result of an ack; ``again``: something was passed over, so ask once more."""

    reloads: Collection[Reload] = ()
    again: bool = False


class Position(Protocol):
    """A channel's position; until ``opened``, what was asked is left to the replay."""

    @property
    def since(self) -> Any:
        """What a later ``subscribe`` may begin with."""

    def ask(self) -> Any:
        """Return the ``since`` of a ``subscribe`` that goes out now, if it has one."""

    def opened(self, ack: dict[str, Any]) -> Opened:
        """Take in the ack of that ``subscribe``, which stands before the replay."""

    def judge(self, event: Event) -> Verdict:
        """Decide about an event, and count it if it is passed on."""


def position_of(
    channel: str, user_id: Callable[[], int | None], since: Any
) -> Position:
    """Return the kind of position that a channel has."""
    if channel.startswith("chat:"):
        return ChatPosition(user_id, since or {})
    is_numbered = not channel.startswith(("status:", "room:"))
    return SeqPosition(since) if is_numbered else NoPosition()


def earliest(all: Collection[Any]) -> Any:
    """Return what to send as ``since``, so that each position gets what it misses."""
    known = [since for since in all if since is not None]
    if not known or not isinstance(known[0], dict):
        return min(known, default=None)
    lessons = {lesson for since in known for lesson in since}
    return {
        lesson: min(since[lesson] for since in known if lesson in since)
        for lesson in lessons
    }


def union(reloads: Collection[Reload]) -> list[Reload]:
    """Return what several positions can't recover, each reason once."""
    all: dict[str, dict[int, None]] = {}
    for reason, lessons in reloads:
        all.setdefault(reason, {}).update(dict.fromkeys(lessons))
    return [Reload(reason, list(lessons)) for reason, lessons in all.items()]


class NoPosition:
    """The position in presence and in rooms, where nothing is numbered."""

    since = None

    def ask(self) -> None:
        return None

    def opened(self, ack: dict[str, Any]) -> Opened:
        return Opened()

    def judge(self, event: Event) -> Verdict:
        return Verdict.PASS


class SeqPosition:
    """The position in a board or in notifications: one stream.

    It has no holes but those of a replay, which may pass over what was superseded.
    """

    def __init__(self, since: int | None) -> None:
        self.since = since
        self._replayed = 0  # up to here a replay follows

    def ask(self) -> int | None:
        return self.since

    def opened(self, ack: dict[str, Any]) -> Opened:
        if ack.get("recovered") and self.since is not None:
            self._replayed = ack["seq"]
            return Opened()
        self.since = ack["seq"]
        return Opened([Reload(ack["reason"])] if "reason" in ack else [])

    def judge(self, event: Event) -> Verdict:
        seq = event.get("seq")
        if seq is None:
            return Verdict.PASS
        if self.since is None or seq <= self.since:
            return Verdict.DROP
        if seq > max(self.since, self._replayed) + 1:
            return Verdict.GAP
        self.since = seq
        return Verdict.PASS


class ChatPosition:
    """The positions in chat, by lesson; a replay leaves out what was superseded."""

    def __init__(
        self, user_id: Callable[[], int | None], since: dict[str, int]
    ) -> None:
        self._user_id = user_id
        self._lessons = dict(since)
        self._asked: frozenset[str] = frozenset()
        self._ever_opened = False

    @property
    def since(self) -> dict[str, int]:
        return dict(self._lessons)

    def ask(self) -> dict[str, int] | None:
        self._asked = frozenset(self._lessons)
        return self.since if self._ever_opened or self._lessons else None

    def opened(self, ack: dict[str, Any]) -> Opened:
        positions, failed = ack["positions"], ack.get("not_recovered", {})
        reasons: dict[str, list[int]] = {}
        again = False
        for lesson, seq in positions.items():
            known = self._lessons.get(lesson)
            reason = failed.get(lesson)
            if known is None and self._ever_opened:
                reason = "joined"
            if reason:
                reasons.setdefault(reason, []).append(int(lesson))
            if known is None or lesson in failed:
                self._lessons[lesson] = seq
            elif lesson not in self._asked:
                # Joined while it was asked: what came since may have been passed over.
                again = again or known < seq
        for lesson in self._asked - positions.keys():
            self._lessons.pop(lesson, None)
        self._asked, self._ever_opened = frozenset(), True
        return Opened([Reload(*each) for each in reasons.items()], again)

    def judge(self, event: Event) -> Verdict:
        about = event["payload"]
        lesson, seq = str(about.get("lesson_id")), event.get("seq")
        if seq is None:
            if about.get("user_id") == self._user_id():
                self._move(event["type"], lesson, about.get("seq"))
            return Verdict.PASS
        known = self._lessons.get(lesson)
        is_early = known is None and not self._ever_opened
        if lesson in self._asked or is_early or seq <= (known or 0):
            return Verdict.DROP
        self._lessons[lesson] = seq
        return Verdict.PASS

    def _move(self, type: str, lesson: str, start: int | None) -> None:
        if type == "chat.left":
            self._lessons.pop(lesson, None)
        elif type == "chat.joined" and start is not None:
            self._lessons[lesson] = max(start, self._lessons.get(lesson, 0))
