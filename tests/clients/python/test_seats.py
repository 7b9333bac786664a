"""A room's state after any events is what a fresh ack would tell."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from rtserver.clock import rfc3339
from rtserver_client.seats import RoomPerson, changed, opened

START = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
STEPS = st.tuples(
    st.sampled_from(["enter", "leave", "react", "lead", "change"]),
    st.integers(1, 5),
    st.sampled_from([0, 1, 250, 1000, 1_000_000]),  # microseconds that go by
    st.booleans(),
)


class Model:
    """A room as the server keeps it."""

    def __init__(self) -> None:
        self.now = START
        self.people: dict[int, dict[str, Any]] = {}
        self.lead: int | None = None
        self.lesson: dict[str, Any] = {"id": 3, "title": "Algebra"}

    def ack(self) -> dict[str, Any]:
        order = sorted(self.people.items(), key=lambda each: (each[1]["at"], each[0]))
        present = [
            {
                "user_id": user_id,
                "entered_at": rfc3339(person["at"]),
                "hand": person["hand"] and rfc3339(person["hand"]),
                "reaction": person["reaction"],
            }
            for user_id, person in order
        ]
        return {"lesson": self.lesson, "present": present, "lead": self.lead}

    def step(self, what: str, user_id: int, goes_by: int, flag: bool) -> Any:
        """Let something happen; give its event, if that is one."""
        self.now += timedelta(microseconds=goes_by)
        if what == "lead":
            self.lead = user_id if flag else None
            return "room.lead", {"user_id": self.lead}
        if what == "change":
            self.lesson = {**self.lesson, "title": str(self.now)}
            return "lesson.changed", {"lesson": self.lesson}
        told = {"user_id": user_id, "at": rfc3339(self.now)}
        if what == "enter":
            if user_id in self.people:
                return None
            new = {"at": self.now, "hand": None, "reaction": None}
            self.people[user_id] = new
            return "room.entered", told
        person = self.people.get(user_id)
        if person is None:
            return None
        if what == "leave":
            del self.people[user_id]
            return "room.left", told
        person["hand"] = (person["hand"] or self.now) if flag else None
        person["reaction"] = "yes" if goes_by else None
        return "room.reaction", {
            "user_id": user_id,
            "hand": person["hand"] and rfc3339(person["hand"]),
            "reaction": person["reaction"],
        }


@given(st.lists(STEPS, max_size=40))
def test_old_state_and_events_are_the_fresh_state(steps: list[Any]) -> None:
    model = Model()
    state = opened(model.ack())

    for step in steps:
        event = model.step(*step)
        if event is not None:
            state = changed(state, {"type": event[0], "payload": event[1]})

        assert state == opened(model.ack())


def test_hands_stand_in_the_order_of_raising() -> None:
    def person(user_id: int, entered: str, hand: str | None) -> dict[str, Any]:
        time = "2026-11-23T10:00:0{}Z".format
        up = None if hand is None else time(hand)
        seat = {"user_id": user_id, "entered_at": time(entered)}
        return {**seat, "hand": up, "reaction": None}

    present = [person(7, "1", "5"), person(8, "2.500", None), person(9, "3", "4.5")]

    state = opened({"lesson": {}, "present": present, "lead": None})

    assert [each.user_id for each in state.hands] == [9, 7]


def test_what_tells_nothing_new_changes_nothing() -> None:
    at = "2026-11-23T10:00:00Z"
    raised = {"user_id": 7, "entered_at": at, "hand": at, "reaction": "yes"}
    state = opened({"lesson": {}, "present": [raised], "lead": None})

    for type, payload in (
        ("room.entered", {"user_id": 7, "at": at}),
        ("room.left", {"user_id": 8, "at": at}),
        ("room.sung", {"user_id": 7}),
    ):
        assert changed(state, {"type": type, "payload": payload}) == state
    assert state.present == (RoomPerson(7, at, at, "yes"),)
