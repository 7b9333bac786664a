"""A name and an address, taken out of whatever quotes them."""

import json

import pytest

from rtserver.accounts.tombstone import NAME, address_of
from rtserver.privacy.redaction import Redaction
from store.records import UserRecord


def person(name="Ann Lee", email="ann@example.org", id=7):
    return UserRecord(id, email, name, "student", "en", "UTC", True)


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("Ann Lee drew", f"{NAME} drew"),
        ("ann\n  LEE's work", f"{NAME}'s work"),
        ("Joann Lee, Ann Leeds", "Joann Lee, Ann Leeds"),
        ("write to ANN@example.org.", f"write to {address_of(7)}."),
        ("joann@example.org, ann@example.org.uk", "joann@example.org, {}.uk"),
    ],
)
def test_names_and_addresses_are_replaced_as_whole_words(text, clean):
    assert Redaction(person()).text(text) == clean.format(address_of(7))


def test_a_short_name_counts_only_as_it_is_written():
    redaction = Redaction(person(name="Do"))

    assert redaction.text("Do what we do") == f"{NAME} what we do"


def test_in_json_a_person_is_known_by_id_also_under_an_earlier_name():
    data = {"by": {"id": 7, "name": "Ann Smith"}, "n": 1.5, "list": ["Ann Lee", None]}

    clean = json.loads(Redaction(person()).json(json.dumps(data)))

    assert clean == {"by": {"id": 7, "name": NAME}, "n": 1.5, "list": [NAME, None]}


def test_somebody_else_of_the_same_name_keeps_it():
    raw = '{"by": {"id": 8, "name": "Ann Lee"}}'

    assert Redaction(person()).json(raw) is raw


def test_what_is_called_after_a_person_loses_their_name():
    raw = '{"group": {"id": 8, "name": "Ann Lee, Mondays"}}'

    clean = json.loads(Redaction(person()).json(raw))

    assert clean == {"group": {"id": 8, "name": f"{NAME}, Mondays"}}


@pytest.mark.parametrize("name", ["Tutor", "Title", "By"])
def test_the_servers_own_words_stay_though_somebody_is_called_so(name):
    raw = '{"by":{"id":8,"role":"tutor"},"title":"Chess","tutor":null}'

    assert Redaction(person(name)).json(raw) is raw


def test_keys_are_read_too():
    raw = '{"marks":{"Ann Lee":12}}'

    assert Redaction(person()).json(raw) == f'{{"marks":{{"{NAME}":12}}}}'


def test_of_an_erased_person_only_the_id_is_known():
    redaction = Redaction(person(NAME, address_of(7)))

    assert redaction.text(f"a {NAME}") == f"a {NAME}"
    assert NAME in redaction.json('{"id":7,"name":"Ann Lee"}')
