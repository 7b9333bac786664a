"""A client of rtserver, for asyncio."""

from rtserver_client.client import Client
from rtserver_client.retry import Backoff, CommandError, retry
from rtserver_client.subscription import Subscription

__all__ = ["Backoff", "Client", "CommandError", "Subscription", "retry"]
