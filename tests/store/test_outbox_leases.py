"""Who sends which mail, in both databases."""

import pytest

from store import outbox, outbox_leases
from store.records import MailRecord
from store.transaction import Transaction
from tests.store.rows import DAY, HOUR, TEN, add_mail, add_user

UNTIL = TEN + HOUR
STATES = ("waiting", "leased", "sent", "dropped", "dead")


@pytest.fixture(autouse=True)
def people(tx: Transaction) -> None:
    for user in (1, 2):
        add_user(tx, user)


def take(tx: Transaction, node: str = "mine") -> MailRecord:
    """Lease the mail that is due first at ten."""
    mail = outbox_leases.take(tx, node=node, now=TEN, until=UNTIL)
    assert mail is not None
    return mail


def end(tx: Transaction, mail_id: int, node: str = "mine") -> None:
    outbox_leases.end(tx, mail_id, node=node, state="sent", at=TEN, detail="250 ok")


def mails(tx: Transaction) -> dict[int, MailRecord]:
    found = outbox.page(tx, states=STATES, after=0, limit=100)
    return {mail.id: mail for mail in found}


def test_due_mails_are_leased_in_the_order_of_their_time_and_once(
    tx: Transaction,
) -> None:
    late, early = add_mail(tx, 1, 1), add_mail(tx, 1, 2, due_at=TEN - HOUR)
    add_mail(tx, 1, 3, due_at=TEN + HOUR)

    taken = [take(tx).id, take(tx).id]

    assert taken == [early, late]
    assert outbox_leases.take(tx, node="mine", now=TEN, until=UNTIL) is None
    assert outbox.next_due(tx) == TEN + HOUR


def test_a_lease_counts_the_try_and_keeps_the_moment_of_the_first(
    tx: Transaction,
) -> None:
    add_mail(tx, 1, 1, held=True)

    first = take(tx)
    outbox_leases.postpone(tx, first.id, node="mine", due_at=TEN, doubts=1)
    later = TEN + HOUR
    second = outbox_leases.take(tx, node="mine", now=later, until=later + HOUR)

    assert (first.state, first.held, first.attempts) == ("leased", False, 1)
    assert second is not None
    assert (second.attempts, second.doubts, second.first_at) == (2, 1, TEN)


def test_only_who_has_leased_a_mail_changes_it(tx: Transaction) -> None:
    mail = add_mail(tx, 1, 1)
    take(tx)

    end(tx, mail, "other")
    outbox_leases.postpone(tx, mail, node="other", due_at=TEN + DAY, doubts=1)
    outbox_leases.renew(tx, mail, node="other", until=TEN - HOUR)
    assert outbox_leases.reclaim_late(tx, TEN) == 0
    assert mails(tx)[mail].state == "leased"

    end(tx, mail)
    assert (mails(tx)[mail].state, mails(tx)[mail].detail) == ("sent", "250 ok")


def test_a_mail_that_has_ended_is_not_ended_again(tx: Transaction) -> None:
    mail = add_mail(tx, 1, 1)
    take(tx)
    end(tx, mail)

    outbox_leases.postpone(tx, mail, node="mine", due_at=TEN, doubts=0)

    assert mails(tx)[mail].state == "sent"


def test_only_a_late_lease_is_taken_back_unless_it_was_renewed(
    tx: Transaction,
) -> None:
    late, renewed = add_mail(tx, 1, 1), add_mail(tx, 1, 2)
    for _ in range(2):
        take(tx)
    outbox_leases.renew(tx, renewed, node="mine", until=UNTIL + DAY)

    assert outbox_leases.reclaim_late(tx, UNTIL) == 0
    assert outbox_leases.reclaim_late(tx, UNTIL + HOUR) == 1

    assert [mails(tx)[id].state for id in (late, renewed)] == ["waiting", "leased"]
    assert outbox_leases.attempts(tx, late) == [("interrupted", "")]


def test_all_leases_are_taken_back_when_nobody_can_be_at_work(
    tx: Transaction,
) -> None:
    made = [add_mail(tx, 1, lesson) for lesson in (1, 2, 3)]
    take(tx, "one")
    take(tx, "two")

    assert outbox_leases.reclaim_all(tx, TEN) == 2

    assert {mails(tx)[mail].state for mail in made} == {"waiting"}
    assert outbox_leases.reclaim_all(tx, TEN) == 0


def test_tries_are_kept_in_order(tx: Transaction) -> None:
    mail = add_mail(tx, 1, 1)
    for outcome, reply in (("refused", "450 later"), ("sent", "250 ok")):
        outbox_leases.note(tx, mail, at=TEN, outcome=outcome, reply=reply)

    tries = [("refused", "450 later"), ("sent", "250 ok")]
    assert outbox_leases.attempts(tx, mail) == tries


def test_a_try_at_a_mail_that_was_deleted_meanwhile_is_passed_over(
    tx: Transaction,
) -> None:
    # Else its sender would try to note it for ever, and send nothing more.
    outbox_leases.note(tx, 99, at=TEN, outcome="sent", reply="250 ok")

    assert outbox_leases.attempts(tx, 99) == []


def test_only_its_owner_begins_a_leased_mail(tx: Transaction) -> None:
    mail = add_mail(tx, 1, 1)
    take(tx)

    begun = [outbox_leases.begin(tx, mail, node=n, at=TEN) for n in ("other", "mine")]

    assert begun == [False, True]


def test_of_abandoned_mails_those_that_were_begun_are_dead(tx: Transaction) -> None:
    lost, begun = add_mail(tx, 1, 1), add_mail(tx, 1, 2)
    take(tx), take(tx)
    outbox_leases.begin(tx, begun, node="mine", at=TEN)

    assert outbox_leases.reclaim_all(tx, TEN) == 2

    assert [mails(tx)[each].state for each in (lost, begun)] == ["waiting", "dead"]
    tries = [outbox_leases.attempts(tx, each) for each in (lost, begun)]
    assert [outcome for ((outcome, _),) in tries] == ["interrupted", "in doubt"]


def test_mails_given_back_count_no_try_and_those_begun_stay(tx: Transaction) -> None:
    for lesson in (1, 2, 3):
        add_mail(tx, 1, lesson)
    begun, given, others = take(tx), take(tx), take(tx, "other")
    outbox_leases.begin(tx, begun.id, node="mine", at=TEN)

    assert outbox_leases.give_back(tx, "mine") == 1

    found = mails(tx)
    assert (found[given.id].state, found[given.id].attempts) == ("waiting", 0)
    assert {found[each.id].state for each in (begun, others)} == {"leased"}
