"""An event on its way: its payload is encoded once, for whoever is subscribed."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

import msgspec

RESYNC: Final = "resync"  # the type of an event that is told as ``Resync``
_encode: Final = msgspec.json.Encoder().encode


class Publication:
    """One event and where it goes; on the wire without the address.

    The ``payload`` is JSON. ``channel`` is one channel's name; or ``user_ids`` name the
    users whose own ``chat:user:{id}`` channels get it. A durable event has its
    ``stream`` and ``seq``; for another one ``topic`` names the stream whose followers
    in other processes want it, and without one it stays in this process. ``sender`` is
    a connection id to leave out. With ``latest``, an unsent older event of the same key
    may be replaced by this. A ``volatile`` one keeps its place, but is left out for who
    has much waiting. One of type ``resync`` is told as ``Resync``, at its place in the
    stream.
    """

    __slots__ = (
        "channel",
        "latest",
        "payload",
        "sender",
        "seq",
        "stream",
        "topic",
        "ts",
        "type",
        "user_ids",
        "volatile",
    )

    def __init__(
        self,
        type: str,
        payload: bytes,
        ts: datetime,
        *,
        channel: str = "",
        user_ids: tuple[int, ...] = (),
        stream: str = "",
        seq: int = 0,
        sender: str = "",
        latest: str = "",
        topic: str = "",
        volatile: bool = False,
    ) -> None:
        self.type = type
        self.payload = payload
        self.ts = ts
        self.channel = channel
        self.user_ids = user_ids
        self.stream = stream
        self.seq = seq
        self.sender = sender
        self.latest = latest
        self.topic = topic
        self.volatile = volatile

    def told_as(self, type: str, payload: bytes | None = None) -> "Publication":
        """Return an event of another type at the same place."""
        return Publication(
            type,
            self.payload if payload is None else payload,
            self.ts,
            channel=self.channel,
            user_ids=self.user_ids,
            stream=self.stream,
            seq=self.seq,
            sender=self.sender,
            latest=self.latest,
            topic=self.topic,
            volatile=self.volatile,
        )


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
        type,
        _json(payload),
        ts,
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
        type,
        _json(payload),
        ts,
        user_ids=tuple(user_ids),
        stream=stream,
        seq=seq,
        latest=latest,
        topic=topic,
        sender=sender,
    )


def _json(payload: Any) -> bytes:
    """Encode a payload, unless it is JSON already."""
    return payload if isinstance(payload, bytes) else _encode(payload)
