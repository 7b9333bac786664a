"""A client of the server for Python, as docs/protocol.md describes one."""

from rtserver.client.answers import Answered
from rtserver.client.client import Client

__all__ = ["Answered", "Client"]
