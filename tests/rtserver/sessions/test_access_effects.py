"""What a change of rights does here: who follows what, and who is told."""

import asyncio
from datetime import UTC, datetime
from typing import Any

from rtserver.access.changes import AccessEvent
from rtserver.delivery.messages import Publication
from rtserver.metrics.registry import Metrics
from rtserver.sessions.access_effects import AccessEffects
from tests.rtserver.session_fakes import NOTHING, SignedIn, Told, events

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
CHAT, BOARD, ROOM = "chat:user:7", "board:lesson:9", "room:lesson:9"
MEMBER = {"name": "Taras", "role": "student", "by": 2, "seq": 4}


def change(kind: str, **data: Any) -> AccessEvent:
    return AccessEvent(1, kind, 7, NOW, 9, data)


class Place(SignedIn):
    """User 7 and their fellow 8, with the effects on both."""

    def __init__(self) -> None:
        super().__init__()
        self.metrics = Metrics()
        self.told: Any = Told()
        self.user, self.fellow = self.add(7), self.add(8)
        self.effects = AccessEffects(
            self.hub,
            self.gates,
            self.sessions,
            self.subscriptions,
            self.told,
            self.told,
            self.told,
            self.told,
            self.metrics,
        )

    def apply(self, kind: str, **data: Any) -> None:
        self.effects.apply(change(kind, **data))


async def test_who_joins_follows_the_chat_from_there_on_and_all_are_told() -> None:
    place = Place()
    await place.subscribe(place.user, CHAT)
    await place.subscribe(place.fellow, "chat:user:8")

    place.apply("joined", **MEMBER, recipients=[7, 8])

    [own], [theirs] = events(place.user), events(place.fellow)
    assert (own["type"], own["payload"]["seq"]) == ("chat.joined", 4)
    assert "seq" not in theirs["payload"]
    assert place.user.subscriptions[CHAT].streams == ("chat:9",)
    assert place.gates.is_complete_from("chat:9", 4)
    assert place.told.calls == [("regroup", {7, 8})]


async def test_a_lesson_joined_while_the_chat_is_opened_is_followed_too() -> None:
    place = Place()
    place.feed.may.clear()

    opening = asyncio.create_task(
        place.subscriptions.subscribe(place.user, CHAT, NOTHING)
    )
    await place.feed.asked.wait()
    place.apply("joined", **MEMBER, recipients=[7])
    place.feed.may.set()
    await opening

    assert place.gates.followed() == ["chat:9"]
    assert place.user.subscriptions[CHAT].streams == ("chat:9",)


async def test_who_joins_too_late_for_a_lessons_start_is_told_and_counted() -> None:
    place = Place()
    await place.subscribe(place.user, CHAT)
    place.gates.offer(
        Publication("chat.message.new", b"{}", NOW, stream="chat:9", seq=9)
    )

    place.apply("joined", **MEMBER, recipients=[8])

    assert {"type": "resync", "channel": CHAT} in events(place.user)
    assert b"rtserver_resyncs_total 1.0" in place.metrics.page("")[0]


async def test_who_leaves_follows_no_more_and_loses_board_and_room() -> None:
    place = Place()
    await place.subscribe(place.user, CHAT, "chat:9", "chat:5")
    await place.subscribe(place.user, BOARD, "board:9")
    await place.subscribe(place.user, ROOM)
    await place.subscribe(place.fellow, "chat:user:8", "chat:9")

    place.apply("left", **MEMBER, recipients=[8])

    assert set(place.gates.followed()) == {"chat:5", "chat:9"}
    assert place.user.subscriptions[CHAT].streams == ("chat:5",)
    assert set(place.user.subscriptions) == {CHAT}
    assert [each["type"] for each in events(place.user)] == 2 * ["unsubscribed"]
    assert ("removed", 9, 7) in place.told.calls
    assert [each["type"] for each in events(place.fellow)] == ["chat.left"]


async def test_right_to_draw_is_told_on_the_board() -> None:
    place = Place()
    await place.subscribe(place.fellow, BOARD)

    place.apply("board", board="draw")

    [event] = events(place.fellow)
    assert event["type"] == "board.rights"
    assert event["payload"] == {"user_id": 7, "board": "draw"}


async def test_account_that_changed_is_looked_up_and_checked_again() -> None:
    place = Place()

    for kind in ("user", "login"):
        place.apply(kind)

    assert place.told.calls == 2 * [("forget", 7), ("check_soon", 7)]


async def test_who_is_deactivated_leaves_every_room() -> None:
    place = Place()

    place.apply("user", active=True)
    active = list(place.told.calls)
    place.apply("user", active=False)

    assert ("deactivated", 7) not in active
    assert ("deactivated", 7) in place.told.calls


async def test_cancelled_lesson_regroups_its_people() -> None:
    place = Place()

    place.apply("cancelled", recipients=[7, 8])

    assert place.told.calls == [("regroup", [7, 8])]


async def test_kind_of_a_newer_server_is_passed_over() -> None:
    place = Place()

    place.apply("promoted")

    assert place.told.calls == []


async def test_a_cancelled_lessons_board_is_read_only_also_while_it_is_opened() -> None:
    place = Place()
    await place.subscribe(place.fellow, BOARD)
    place.feed.asked.clear()
    place.feed.may.clear()

    opening = asyncio.create_task(
        place.subscriptions.subscribe(place.user, BOARD, NOTHING)
    )
    await place.feed.asked.wait()
    place.apply("cancelled", recipients=[7, 8])
    place.feed.may.set()
    await opening

    for session in (place.user, place.fellow):
        assert session.subscriptions[BOARD].read_only


async def test_what_waits_for_a_tutor_is_told_to_whom_it_concerns() -> None:
    place = Place()
    for session, channel in ((place.user, CHAT), (place.fellow, "chat:user:8")):
        await place.subscribe(session, channel)
    decision = {"held_id": 3, "approved": False, "message_id": None, "by": 8}

    place.apply("held", held_id=3, message={"text": "May I?"}, recipients=[7])
    place.apply("decided", **decision, recipients=[7])

    new, end = events(place.user)
    assert (new["type"], new["payload"]) == ("chat.held.new", {"text": "May I?"})
    assert (end["type"], end["payload"]) == (
        *("chat.held.decided", decision | {"lesson_id": 9}),
    )
    assert events(place.fellow) == []


async def test_what_was_decided_before_it_was_told_is_told_no_more() -> None:
    place = Place()
    await place.subscribe(place.user, CHAT)

    place.apply("held", held_id=3, recipients=[7])

    assert events(place.user) == []
