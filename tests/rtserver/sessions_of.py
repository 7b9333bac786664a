"""Sessions over connections of which only the name counts."""

from typing import cast

from rtserver.access.actor import Actor
from rtserver.accounts.tokens import Claims
from rtserver.delivery.session import Session
from rtserver.edge.connection import Connection
from rtserver.errors import CloseCode
from tests.tokens import SIGNATURE


class Named:
    """A connection that nobody writes to."""

    def __init__(self, id: str) -> None:
        self.id = id


class Endless:
    """The owner of a session that nobody ends."""

    def end(self, code: CloseCode, reason: str) -> None:
        raise AssertionError("nobody ends this one")


def session_of(actor: Actor, connection_id: str = "c_1") -> Session:
    claims = Claims(actor.require_user(), 2_000_000_000, None, None, None, SIGNATURE)
    connection = cast(Connection, Named(connection_id))
    return Session(connection, actor, claims, Endless())
