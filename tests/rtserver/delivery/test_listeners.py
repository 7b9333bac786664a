"""Whoever isn't there to listen is told all the same, and nothing comes of it."""

from dataclasses import fields
from typing import Any

import pytest

from rtserver.delivery.listeners import Listeners


@pytest.mark.parametrize("name", [field.name for field in fields(Listeners)])
def test_listener_need_not_be_there(name: str) -> None:
    listener: Any = getattr(Listeners(), name)

    assert listener("anything") is None


def test_listeners_of_two_servers_in_one_process_are_apart() -> None:
    one, other, told = Listeners(), Listeners(), list[str]()
    one.emptied = told.append

    other.emptied("board:lesson:3")

    assert told == []
