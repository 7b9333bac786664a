"""The check of Redis."""

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

SECONDS = 3.0


def refusal(url: str, seconds: float = SECONDS) -> str:
    """Return why Redis doesn't answer within so many seconds; empty if it does."""
    try:
        with redis.Redis.from_url(
            url,
            socket_connect_timeout=seconds,
            socket_timeout=seconds,
            retry=Retry(NoBackoff(), 0),
        ) as client:
            client.ping()
    except (redis.RedisError, OSError, ValueError) as error:
        return str(error).rstrip(".") or type(error).__name__
    return ""
