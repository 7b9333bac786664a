"""A client of rtserver, for asyncio."""

from rtserver_client.client import Client
from rtserver_client.retry import Backoff, CommandError, retry
from rtserver_client.room import Room
from rtserver_client.seats import RoomPerson, RoomState
from rtserver_client.sign_in import Login, sign_in
from rtserver_client.subscription import Subscription

__all__ = [
    "Backoff",
    "Client",
    "CommandError",
    "Login",
    "Room",
    "RoomPerson",
    "RoomState",
    "Subscription",
    "retry",
    "sign_in",
]
