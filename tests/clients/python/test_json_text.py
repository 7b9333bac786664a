"""What is sent is short, being UTF-8; what can't be that is sent all the same."""

import json

import pytest

from rtserver_client.json_text import bytes_of, to_json


def test_letters_are_not_escaped() -> None:
    text = to_json({"text": "Привіт 🙂"})

    assert text == '{"text": "Привіт 🙂"}'
    assert bytes_of(text) == len(text.encode()) > len(text)
    assert bytes_of("plain") == 5


def test_half_of_a_surrogate_pair_is_escaped_and_so_reaches_the_server() -> None:
    value = {"text": "ї\ud800"}

    text = to_json(value)

    assert text.isascii()
    assert json.loads(text) == value


def test_what_is_no_number_is_refused_where_that_is_wanted() -> None:
    with pytest.raises(ValueError, match="JSON"):
        to_json([float("nan")], allow_nan=False)
