"""What a query module works with, in both databases."""

from store.models import Fact
from store.transaction import Transaction


def put(tx: Transaction, *names: str) -> None:
    tx.insert(Fact.insert_many([{"name": name, "value": "x"} for name in names]))


def test_writing_tells_how_many_rows_changed(tx: Transaction) -> None:
    put(tx, "a", "b")
    both = Fact.name.in_(["a", "b"])

    assert tx.write(Fact.update(value="y").where(both)) == 2
    assert tx.write(Fact.update(value="y").where(Fact.name == "none")) == 0
    assert tx.write(Fact.delete().where(both)) == 2


def test_rows_are_dicts_and_the_first_of_none_is_none(tx: Transaction) -> None:
    put(tx, "b", "a")
    query = Fact.select().where(Fact.value == "x").order_by(Fact.name)

    assert tx.rows(query) == [{"name": n, "value": "x"} for n in "ab"]
    assert tx.first(query) == {"name": "a", "value": "x"}
    assert tx.first(query.where(Fact.name == "none")) is None


def test_what_was_written_is_returned(tx: Transaction) -> None:
    returned = tx.returning(Fact.insert(name="a", value="x").returning(Fact))

    assert returned == [{"name": "a", "value": "x"}]


def test_statements_that_may_have_changed_something_are_counted(
    tx: Transaction,
) -> None:
    tx.rows(Fact.select())
    tx.first(Fact.select())
    assert tx.writes == 0

    put(tx, "a")
    tx.write(Fact.delete().where(Fact.name == "none"))
    tx.returning(Fact.update(value="y").where(Fact.name == "a").returning(Fact))
    assert tx.writes == 3


def test_what_is_to_be_told_is_gathered_in_order_and_nothing_called(
    tx: Transaction,
) -> None:
    called: list[str] = []
    for event in ("one", "two"):
        tx.emit(event)
    tx.after_commit(lambda: called.append("three"))

    assert (tx.events, len(tx.after), called) == (["one", "two"], 1, [])
