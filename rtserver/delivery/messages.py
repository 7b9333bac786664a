"""Every frame of the wire, on one page; ``wire`` encodes them (contract 2.2).

From a client comes a command, in an ``Envelope``; it stands in ``input.envelope``;
``input.decode`` checks it. To a client go (``Publication`` stands in ``publication``):

    Ack            the answer to a command that worked
    Error          the answer to one that failed
    Publication    an event of a channel, once for each connection it is for
    Resync         a gap in a channel can't be filled: its state is to be read anew
    Unsubscribed   a channel was taken away
    Welcome        the first frame after signing in
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from rtserver.delivery.publication import Publication
from rtserver.input.envelope import Envelope

__all__ = [
    "Ack",
    "CommandId",
    "Envelope",
    "Error",
    "Publication",
    "Resync",
    "Unsubscribed",
    "Welcome",
]

CommandId = int | str | None  # None: no answer was asked for, or it can't be read


class Ack(msgspec.Struct, frozen=True, tag="ack"):
    """The answer to the command of the same id."""

    id: CommandId
    payload: Any


class Error(msgspec.Struct, frozen=True, tag="error"):
    """The answer to a command that failed: ``code``, ``message``, and more by code."""

    id: CommandId
    payload: Mapping[str, Any]


class Resync(msgspec.Struct, frozen=True, tag="resync"):
    """A channel has to be loaded anew: what was missed can't be told any more."""

    channel: str


class Unsubscribed(msgspec.Struct, frozen=True, tag="unsubscribed"):
    """A channel was taken away; the payload has its name and the ``reason``."""

    channel: str
    payload: Mapping[str, str]


class Welcome(msgspec.Struct, frozen=True, tag="welcome"):
    """The answer to a sign-in: as whom, until when, and within which limits."""

    payload: Mapping[str, Any]
