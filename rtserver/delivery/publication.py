"""An event on its way out: encoded once, for whoever is subscribed anywhere."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import msgspec

_encode = msgspec.json.Encoder().encode


class Publication(msgspec.Struct, frozen=True, omit_defaults=True):
    """One event and where it goes.

    ``channel`` is one channel's name; or ``user_ids`` name the users whose own
    ``chat:user:{id}`` channels get it. A durable event has its ``stream`` and ``seq``;
    for another one ``topic`` names the stream whose followers in other processes want
    it, and without one it stays in this process. ``sender`` is a connection id to leave
    out. With ``latest``, an unsent older event of the same key may be replaced by this.
    """

    type: str
    payload: msgspec.Raw
    ts: datetime
    channel: str = ""
    user_ids: tuple[int, ...] = ()
    stream: str = ""
    seq: int = 0
    sender: str = ""
    latest: str = ""
    topic: str = ""


def to_channel(
    type: str,
    payload: Any,
    ts: datetime,
    channel: str,
    *,
    topic: str = "",
    sender: str = "",
    latest: str = "",
) -> Publication:
    """Address an event that isn't numbered to one channel."""
    return Publication(
        type=type,
        payload=msgspec.Raw(_encode(payload)),
        ts=ts,
        channel=channel,
        sender=sender,
        latest=latest,
        topic=topic,
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
        payload=msgspec.Raw(_encode(payload)),
        ts=ts,
        user_ids=tuple(user_ids),
        stream=stream,
        seq=seq,
        latest=latest,
        topic=topic,
        sender=sender,
    )
