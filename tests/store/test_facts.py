"""What a database knows of itself."""

from store import facts
from store.transaction import Transaction


def test_a_new_database_has_an_epoch_and_a_school_of_its_own(tx: Transaction) -> None:
    epoch, school = facts.epoch(tx), facts.school(tx)

    assert epoch and school
    assert epoch != school


def test_a_new_epoch_is_nobodys_and_leaves_the_school_alone(tx: Transaction) -> None:
    before, school = facts.epoch(tx), facts.school(tx)
    epoch = facts.new_epoch()

    facts.set_epoch(tx, epoch)

    assert facts.epoch(tx) == epoch != before
    assert facts.school(tx) == school
    assert len({facts.new_epoch() for _ in range(100)}) == 100
