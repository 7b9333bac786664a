"""``rtserver outbox``."""

from datetime import timedelta

import pytest

from rtserver.clock import Clock
from rtserver.mail.templates import MailTemplates
from rtserver.notifications.notices import Notice, Notices
from store import outbox_leases
from store.database import Database


@pytest.fixture
def outbox(cli, io_loop):
    """The command line over a school with one mail that failed, and one held."""
    user = cli.add_user("Taras", role="student")
    database = Database(f"sqlite:///{cli.data / 'rtserver.db'}")
    io_loop.run_sync(database.open)
    io_loop.run_sync(lambda: database.write(fail_one, user["id"]))
    io_loop.run_sync(database.close)
    return cli


def fail_one(tx, user_id):
    now = Clock().now()
    notices = Notices(MailTemplates(), hold=90, chat_delay=120)
    for moment in (now - timedelta(days=2), now):
        notices.dispatch(tx, "lesson.scheduled", [Notice(user_id, {})], now=moment)
    outbox_leases.take(tx, node="n", now=now, until=now)
    outbox_leases.note(tx, 1, at=now, outcome="failed", reply="451 4.7.1 later")
    later = now + timedelta(minutes=1)
    outbox_leases.postpone(tx, 1, node="n", due_at=later, doubts=0)


def test_the_outbox_is_listed_with_the_servers_last_word(outbox):
    failed, held = outbox.value("outbox", "list")

    assert (failed["state"], failed["attempts"]) == ("due", 1)
    assert failed["last_error"] == "451 4.7.1 later"
    assert failed["email"] == "taras@example.org"
    assert (held["state"], held["last_error"]) == ("held", None)
    assert "451 4.7.1 later" in outbox.run("outbox", "list").out


def test_retrying_makes_due_what_failed_and_nothing_else(outbox):
    assert outbox.value("outbox", "retry") == {"retried": 1}
    assert outbox.value("outbox", "retry") == {"retried": 0}

    assert [mail["attempts"] for mail in outbox.value("outbox", "list")] == [0, 0]


def test_retrying_what_cannot_be_says_so(outbox):
    assert outbox.value("outbox", "retry", "1") == {"retried": 1}
    assert outbox.run("outbox", "retry", "2", "99").code == 1


def test_an_empty_outbox_is_an_empty_list(cli):
    cli.run("migrate")

    assert cli.value("outbox", "list", "--all") == []
