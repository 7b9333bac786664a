"""A client of the server for Python, as docs/protocol.md describes one."""

from rtserver.client.client import Client
from rtserver.client.retry import Backoff, CommandError, retry
from rtserver.client.subscription import Subscription

__all__ = ["Backoff", "Client", "CommandError", "Subscription", "retry"]
