"""The README's tables name every option and member, and nothing else."""

import inspect
import re
from collections.abc import Iterator
from typing import Any

import pytest

import rtserver_client
from rtserver_client import Backoff, Client, Room, Subscription
from tests.docs_examples import page, section

README = page("clients/python/README.md")
ROW = re.compile(
    r"^\| `(?:(?:client|subscription|board|room)\.)?(\w+)(?:\((.*?)\))?`", re.M
)


def rows(heading: str) -> dict[str, list[str] | None]:
    """Return the names in a table's first column; with parameters, where it calls."""
    text = section(README, heading).split("\n#")[0]
    return {
        name: re.findall(r"[\w*]+", call) if "(" in whole else None
        for whole, name, call in (
            (found[0], found[1], found[2] or "") for found in ROW.finditer(text)
        )
    }


def parameters(call: Any) -> list[str]:
    """Return the names as a table has them."""
    return [
        str(each).split(":")[0] if each.kind is each.VAR_KEYWORD else each.name
        for each in inspect.signature(call).parameters.values()
        if each.name not in ("self", "more")
    ]


def members(cls: type) -> Iterator[tuple[str, list[str] | None]]:
    for name, member in vars(cls).items():
        if not name.startswith("_"):
            yield name, parameters(member) if inspect.isfunction(member) else None


@pytest.mark.parametrize(
    ("heading", "cls"),
    [("The client", Client), ("A subscription", Subscription), ("A room", Room)],
)
def test_table_of_a_class_has_its_members_with_their_parameters(
    heading: str, cls: type
) -> None:
    assert rows(heading) == dict(members(cls))


def test_table_of_options_has_those_of_the_client() -> None:
    assert [name for name in rows("Connecting") if name != "Client"] == parameters(
        Client
    )


def test_table_of_functions_has_all_that_is_exported() -> None:
    named = rows("Functions")

    assert set(named) == set(rtserver_client.__all__)
    for name, given in named.items():
        if given is not None:
            assert given == parameters(getattr(rtserver_client, name)), name


def test_defaults_are_named() -> None:
    lines = {line.split("`")[1]: line for line in README.splitlines() if "| `" in line}
    timeout = inspect.signature(Client).parameters["timeout"].default

    assert f"{timeout:g}" in lines["timeout"]
    assert all(f"{each:g}" in lines["backoff"] for each in Backoff())
