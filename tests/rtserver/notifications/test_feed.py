"""What somebody's stream of notifications holds after a position."""

import asyncio
import gc
import weakref
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from rtserver.delivery.channels import notification_channel, notification_stream, parse
from rtserver.delivery.hub import Hub
from rtserver.delivery.messages import Publication
from rtserver.delivery.replay import ReplayLimits
from rtserver.delivery.subscriptions import SubscribeRequest
from rtserver.notifications.feed import NotificationFeed, missed_notifications
from store.models_mail import Notification
from tests.lesson_school import OLENA, SOFIA
from tests.mail_school import opened_mail_school
from tests.rtserver.delivery_fakes import FakeConnection
from tests.rtserver.sessions_of import session_of


@pytest.fixture
def school(io_loop, sqlite_url, tmp_path):
    with opened_mail_school(io_loop, sqlite_url, tmp_path) as school:
        yield school


@pytest.mark.parametrize("gone", [1, 2, 3])
async def test_wherever_one_is_missing_the_position_is_trimmed(school, gone):
    for _ in range(3):
        await school.tell("homework.graded", SOFIA)
    one = Notification.delete().where(Notification.seq == gone)
    await school.school.run(lambda tx: tx.write(one))

    missed = await school.db.read(
        missed_notifications, SOFIA.user_id, 0, 3, ReplayLimits(10, 10_000)
    )

    assert (missed.reason, list(missed.events)) == ("trimmed", [])


async def test_who_come_at_once_get_each_their_own_of_one_read(school):
    reads, held = [], None
    for who in (SOFIA, SOFIA, OLENA):
        await school.tell("homework.graded", who)
    feed = NotificationFeed(school.db, ReplayLimits(10, 10_000), Hub(), held)
    school.db.listeners.read = lambda waited, took: reads.append(took)

    def opened(who, since):
        channel = parse(f"notifications:user:{who.user_id}")
        raw = None if since is None else msgspec.Raw(b"%d" % since)
        return feed.open(session_of(who), channel, SubscribeRequest(raw, None))

    asked = [(SOFIA, 1), (OLENA, 0), (SOFIA, None)]
    openings = await asyncio.gather(*(opened(who, since) for who, since in asked))

    assert [(o.ack["seq"], o.ack["unread"]) for o in openings] == [
        (2, 2),
        (1, 1),
        (2, 2),
    ]
    assert [[e.seq for e in o.missed.events] for o in openings] == [[2], [1], []]
    assert len(reads) == 1


def test_who_ended_before_the_subscription_stood_is_forgotten():
    hub, unused = Hub(), Any
    feed = NotificationFeed(unused, ReplayLimits(10, 10_000), hub, unused)
    channel = notification_channel(7)
    gone, here = FakeConnection("c_1"), FakeConnection("c_2")
    event = Publication(
        type="notification.new",
        payload=b"{}",
        ts=datetime(2026, 11, 23, 10, 0, tzinfo=UTC),
        channel=channel,
        stream=notification_stream(7),
        seq=1,
    )

    hub.start_buffering(channel, gone)
    feed.delivered(event)
    gone.closing = True
    hub.remove(channel, gone)
    hub.start_buffering(channel, here)
    feed.delivered(event)

    kept = weakref.ref(gone)
    del gone
    gc.collect()
    assert kept() is None
