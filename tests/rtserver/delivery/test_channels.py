"""The names of channels."""

import pytest

from rtserver.delivery.channels import parse
from rtserver.errors import UnknownChannel


@pytest.mark.parametrize(
    ("name", "kind", "id"),
    [
        ("chat:user:7", "chat:user", 7),
        ("board:lesson:3", "board:lesson", 3),
        ("room:lesson:3", "room:lesson", 3),
        ("notifications:user:9007199254740991", "notifications:user", 2**53 - 1),
        ("status:users", "status:users", 0),
    ],
)
def test_five_forms_are_known(name: str, kind: str, id: int) -> None:
    assert parse(name) == (name, kind, id)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "chat:user:",
        "chat:user:0",
        "chat:user:-1",
        "chat:user:07",
        "chat:user:٣",
        "chat:user:7 ",
        "chat:user:7\n",
        "Chat:user:7",
        "chat:lesson:7",
        "status:users:1",
        "board:lesson:99999999999999999",
    ],
)
def test_every_other_name_is_unknown(name: str) -> None:
    with pytest.raises(UnknownChannel):
        parse(name)
