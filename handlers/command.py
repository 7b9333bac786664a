"""A command, with all that comes with it."""

from typing import Any

from rtserver.delivery import channels
from rtserver.delivery.channels import Channel
from rtserver.delivery.messages import CommandId, Envelope
from rtserver.delivery.session import Session
from rtserver.errors import BadRequest, NotSubscribed
from rtserver.services import Services


class Command:
    """One command of one session; ``payload`` is decoded as its route says."""

    __slots__ = ("envelope", "payload", "services", "session")

    def __init__(
        self, services: Services, session: Session, envelope: Envelope, payload: Any
    ) -> None:
        self.services = services
        self.session = session
        self.envelope = envelope
        self.payload = payload

    @property
    def channel_name(self) -> str:
        """Return the channel of a command that needs one."""
        if self.envelope.channel is None:
            raise BadRequest.at("channel", "is missing")
        return self.envelope.channel

    def subscribed_channel(self, kind: str) -> Channel:
        """Return the channel of a command that needs a subscription to such a one."""
        channel = channels.parse(self.channel_name)
        if channel.kind != kind:
            raise BadRequest.at("channel", f"must be {kind}:{{id}} for this command")
        if channel.name not in self.session.subscriptions:
            raise NotSubscribed()
        return channel

    @property
    def id(self) -> CommandId:
        """Return the id of a command that needs one."""
        if self.envelope.id is None:
            raise BadRequest.at("id", "is missing: this command is always answered")
        return self.envelope.id
