"""What becomes of a mail after a try, as it is stored."""

from datetime import timedelta
from typing import Any

import pytest

from rtserver.mail import outcomes
from rtserver.mail.outcomes import Outcome
from rtserver.mail.retries import FIRST, MAX_AGE, MAX_DOUBTS
from rtserver.mail.transport import SendingFailed
from store import outbox, outbox_leases
from store.records import MailRecord
from store.transaction import Transaction
from tests.store.rows import TEN, add_lesson, add_mail, add_user

NODE = "n1"


@pytest.fixture
def mail(tx: Transaction) -> MailRecord:
    """A mail that this process has begun to send."""
    add_user(tx, 7)
    add_lesson(tx, 3)
    add_mail(tx, 7, 3)
    taken = outbox_leases.take(tx, node=NODE, now=TEN, until=TEN + timedelta(minutes=1))
    assert taken is not None
    return taken


def stored(tx: Transaction, mail: MailRecord, outcome: Outcome) -> Any:
    """Store an outcome; return the mail as it is then."""
    outcome.store(tx, NODE)
    states = ("waiting", "leased", "sent", "dropped", "dead")
    found = outbox.page(tx, states=states, after=mail.id - 1, limit=1)
    return found[0]


@pytest.mark.parametrize(
    ("outcome", "name", "state"),
    [
        (outcomes.sent, "sent", "sent"),
        (outcomes.dropped, "dropped", "dropped"),
        (outcomes.unsendable, "unsendable", "dead"),
    ],
)
def test_a_mail_ends_once_and_keeps_how(
    tx: Transaction, mail: MailRecord, outcome: Any, name: str, state: str
) -> None:
    made = outcome(mail, "250 taken", TEN)

    after = stored(tx, mail, made)

    assert (made.name, after.state, after.detail) == (name, state, "250 taken")
    assert after.ended_at == TEN


def test_a_mail_that_failed_is_due_again_after_a_minute(
    tx: Transaction, mail: MailRecord
) -> None:
    failure = SendingFailed("451 later")
    made = outcomes.failed(mail, failure, TEN)

    after = stored(tx, mail, made)

    assert (made.name, after.state, after.due_at) == (
        "failed",
        "waiting",
        TEN + FIRST[0],
    )
    assert outbox.last_errors(tx, [mail.id]) == {mail.id: "451 later"}


def test_a_refusal_for_good_ends_it(tx: Transaction, mail: MailRecord) -> None:
    made = outcomes.failed(mail, SendingFailed("550 nobody", final=True), TEN)

    assert (made.name, stored(tx, mail, made).state) == ("failed, dead", "dead")


def test_a_second_doubt_is_one_too_many(tx: Transaction, mail: MailRecord) -> None:
    doubt = SendingFailed("no answer", doubtful=True)
    first = outcomes.failed(mail, doubt, TEN)

    after = stored(tx, mail, first)
    second = outcomes.failed(after, doubt, TEN)

    assert (first.name, after.doubts) == ("in doubt", MAX_DOUBTS - 1)
    assert second.name == "in doubt, dead"


def test_after_a_day_of_failures_it_is_given_up(
    tx: Transaction, mail: MailRecord
) -> None:
    late = TEN + MAX_AGE - timedelta(seconds=30)

    made = outcomes.failed(mail, SendingFailed("451 later"), late)

    assert (made.name, stored(tx, mail, made).state) == ("failed, dead", "dead")


def test_what_others_would_meet_too_is_about_the_server(mail: MailRecord) -> None:
    for about_server in (True, False):
        failure = SendingFailed("421 closing", about_server=about_server)

        assert outcomes.failed(mail, failure, TEN).about_server is about_server
