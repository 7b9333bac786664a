"""A client of the server for Python, as docs/protocol.md describes one."""

from rtserver_client.client import Client
from rtserver_client.retry import Backoff, CommandError, retry
from rtserver_client.subscription import Subscription

__all__ = ["Backoff", "Client", "CommandError", "Subscription", "retry"]
