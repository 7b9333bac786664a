"""The registry of sessions: by user, within a limit, and who is subscribed."""

from types import SimpleNamespace
from typing import Any

import pytest

from rtserver.access.actor import Actor
from rtserver.delivery.hub import Hub
from rtserver.delivery.session import Session, Sessions, Subscription
from rtserver.errors import CloseCode, Disconnect
from tests.rtserver.delivery_fakes import FakeConnection, live
from tests.rtserver.session_fakes import Closing

BOARD = "board:lesson:3"


def session(user_id: int, id: str) -> Session:
    connection: Any = FakeConnection(id)
    claims: Any = SimpleNamespace()
    actor = Actor(user_id, "Taras", "student")
    return Session(connection, actor, claims, Closing(connection))


def test_sessions_are_found_by_user_until_they_are_removed() -> None:
    sessions = Sessions(Hub(), per_user=9)
    phone, laptop, other = (session(*who) for who in ((7, "a"), (7, "b"), (8, "c")))
    for each in (phone, laptop, other):
        sessions.add(each)

    sessions.remove(laptop)
    sessions.remove(laptop)

    assert sessions.of_user(7) == [phone]
    assert sessions.of_users([7, 8, 9]) == [phone, other]
    assert list(sessions) == [phone, other]
    assert (len(sessions), sessions.user_ids()) == (2, [7, 8])


def test_a_subscription_is_held_while_it_is_opened_and_once_it_is_open() -> None:
    holder, subscription, other = session(7, "a"), Subscription(BOARD), "chat:user:7"

    holder.begin_opening(subscription)
    holder.begin_opening(Subscription(other))
    opening = holder.subscription_to(BOARD), BOARD in holder.subscriptions
    holder.end_opening(subscription)
    given_up, still = holder.subscription_to(BOARD), holder.subscription_to(other)
    holder.subscriptions[BOARD] = subscription

    assert opening == (subscription, False)
    assert given_up is None and still is not None
    assert holder.subscription_to(BOARD) is subscription


def test_user_without_a_session_left_is_forgotten() -> None:
    sessions = Sessions(Hub(), per_user=9)
    only = session(7, "a")
    sessions.add(only)

    sessions.remove(only)

    assert (sessions.user_ids(), sessions.of_user(7)) == ([], [])


def test_one_session_too_many_of_a_user_is_refused_and_not_registered() -> None:
    sessions = Sessions(Hub(), per_user=1)
    sessions.add(session(7, "a"))

    with pytest.raises(Disconnect) as refused:
        sessions.add(session(7, "b"))
    sessions.add(session(8, "c"))

    assert refused.value.code == CloseCode.TOO_MANY_CONNECTIONS
    assert len(sessions) == 2


def test_subscribed_is_who_has_a_channel_and_not_who_merely_opens_it() -> None:
    hub = Hub()
    sessions = Sessions(hub, per_user=9)
    here, opening = session(7, "a"), session(8, "b")
    for each in (here, opening):
        sessions.add(each)
        connection: Any = each.connection
        live(hub, BOARD, connection)
    here.subscriptions[BOARD] = Subscription(BOARD)

    assert sessions.subscribed(BOARD) == [here]
    assert sessions.subscribed("board:lesson:4") == []
