from datetime import UTC, datetime, timedelta

from rtserver.mail.retries import next_try

FIRST = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


def test_tries_come_after_1_5_and_30_minutes_then_every_2_hours_until_24():
    waited, now, attempts = [], FIRST, 1
    while again := next_try(attempts, FIRST, now):
        waited.append((again - now) / timedelta(minutes=1))
        now, attempts = again, attempts + 1

    assert waited == [1, 5, 30, *[120] * 11]
    assert now - FIRST <= timedelta(hours=24)
