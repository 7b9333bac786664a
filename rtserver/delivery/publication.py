"""Publish an event: its payload is encoded once, for whoever is subscribed anywhere."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import msgspec

from rtserver.delivery.messages import Publication

_encode = msgspec.json.Encoder().encode


def to_channel(
    type: str,
    payload: Any,
    ts: datetime,
    channel: str,
    *,
    topic: str = "",
    sender: str = "",
    latest: str = "",
    volatile: bool = False,
) -> Publication:
    """Address an event that isn't numbered to one channel."""
    return Publication(
        type=type,
        payload=_raw(payload),
        ts=ts,
        channel=channel,
        sender=sender,
        latest=latest,
        topic=topic,
        volatile=volatile,
    )


def to_users(
    type: str,
    payload: Any,
    ts: datetime,
    user_ids: Iterable[int],
    *,
    stream: str = "",
    seq: int = 0,
    topic: str = "",
    latest: str = "",
    sender: str = "",
) -> Publication:
    """Address an event to the chat channels of users."""
    return Publication(
        type=type,
        payload=_raw(payload),
        ts=ts,
        user_ids=tuple(user_ids),
        stream=stream,
        seq=seq,
        latest=latest,
        topic=topic,
        sender=sender,
    )


def _raw(payload: Any) -> msgspec.Raw:
    """Encode a payload, unless it is JSON already."""
    if isinstance(payload, msgspec.Raw):
        return payload
    return msgspec.Raw(_encode(payload))
