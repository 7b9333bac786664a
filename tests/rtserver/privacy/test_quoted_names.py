"""A person's name in what others were told."""

import json
from typing import Any

import pytest

from rtserver.accounts.tombstone import NAME
from rtserver.privacy import quoted_names
from rtserver.privacy.quoted_names import Table
from rtserver.privacy.redaction import Redaction
from store.erasure import Quote
from store.records import UserRecord
from store.transaction import Transaction

ANN = UserRecord(7, "ann@school.example", "Ann Lee", "tutor", "en", "UTC", True)
ABOUT = Redaction(ANN)


def found(tx: Transaction, *quotes: Quote) -> quoted_names.FoundQuotes:
    """Look through rows that hold these quotes."""
    table = Table(lambda tx, after, limit: list(quotes), lambda tx, changed: None)
    result = quoted_names.find(tx, table, ABOUT, ANN.id, 0)
    assert result is not None
    return result


def quote(id: int, data: Any, mail_id: int | None = None) -> Quote:
    return Quote(id, data if isinstance(data, str) else json.dumps(data), None, mail_id)


@pytest.mark.parametrize(
    "data",
    [
        {"by": {"id": 7, "name": "Ann Lee"}},
        {"text": "Ann Lee has drawn"},
        {"by": {"id": 7, "name": "Ann Smith"}},
        r'{"text": "\u0041nn Lee has drawn"}',
    ],
)
def test_a_quote_of_the_person_is_changed(tx: Transaction, data: Any) -> None:
    [changed] = found(tx, quote(1, data)).changed

    assert "Ann" not in json.dumps(json.loads(changed.data)) and NAME in changed.data


@pytest.mark.parametrize(
    "data",
    [
        '{ "text":"nobody in particular", "n": 1.50 }',
        {"by": {"id": 77, "name": "Ann Lee"}},
        {"text": r"a back\slash"},
    ],
)
def test_any_other_stays_to_the_byte(tx: Transaction, data: Any) -> None:
    assert found(tx, quote(1, data)).changed == []


def test_the_mails_behind_changed_quotes_are_named(tx: Transaction) -> None:
    named = {"text": "Ann Lee"}

    result = found(tx, quote(1, named, 10), quote(2, {}, 20), quote(3, named))

    assert (result.mail_ids, result.reached) == ({10}, 3)


def test_mails_of_an_erasure_that_was_cut_off_are_named_again(tx: Transaction) -> None:
    cleaned = {"by": {"id": 7, "name": NAME}}
    others = {"by": {"id": 8, "name": NAME}}

    result = found(tx, quote(1, cleaned, 10), quote(2, others, 20))

    assert (result.changed, result.mail_ids) == ([], {10})


def test_behind_the_last_row_there_is_nothing(tx: Transaction) -> None:
    for table in quoted_names.TABLES:
        assert quoted_names.find(tx, table, ABOUT, ANN.id, 2**40) is None
