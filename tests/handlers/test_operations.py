"""What is documented of a request, beside the method that serves it."""

import re

import pytest

from handlers.operations import (
    MANAGERS,
    PLATFORMS,
    Operation,
    operation,
    operation_of,
    page_of,
)
from rtserver.errors import Conflict
from rtserver.input.cursors import encode_cursor


class Handler:
    """A handler with one documented method."""

    @operation(MANAGERS, {204: None}, errors=(Conflict,))
    def delete(self) -> str:
        """Delete it."""
        return "deleted"

    def get(self) -> None:
        """Nobody documents this."""


def test_a_documented_method_serves_as_before() -> None:
    assert Handler().delete() == "deleted"
    assert Handler.delete.__doc__ == "Delete it."


def test_what_is_documented_is_found_at_the_method() -> None:
    assert operation_of(Handler.delete) == Operation(
        MANAGERS, {204: None}, errors=(Conflict,)
    )
    assert operation_of(Handler.get) is None


@pytest.mark.parametrize(
    ("who", "platforms"),
    [(MANAGERS, True), (PLATFORMS, True), ("people, about themselves", False)],
)
def test_platforms_may_what_names_their_keys(who: str, platforms: bool) -> None:
    assert Operation(who, {}).is_for_platforms is platforms


def test_only_a_path_of_ids_cannot_be_misspelt() -> None:
    assert Operation("x", {}).has_ids_alone
    assert Operation("x", {}, at={"id": 1, "user_id": 4}).has_ids_alone
    assert not Operation("x", {}, at={"id": 1, "signed": "a.b"}).has_ids_alone


def test_a_page_is_asked_for_by_the_cursor_of_its_own_list() -> None:
    limit, cursor = page_of("history", 1)
    (meta,) = cursor.type.__metadata__

    assert (limit.name, limit.default, cursor.name) == ("limit", 50, "cursor")
    assert re.fullmatch(meta.pattern, encode_cursor("history", 7))
    assert not re.fullmatch(meta.pattern, encode_cursor("lessons", 7, 7))
