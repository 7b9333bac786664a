"""The envelope of a client's frame, before anything is known of its command."""


class Envelope:
    """A client's command; ``payload`` is a checked JSON object, not yet decoded.

    Without an ``id`` no answer is asked for.
    """

    __slots__ = ("channel", "id", "payload", "type")

    def __init__(
        self, type: str, id: int | str | None, channel: str | None, payload: bytes
    ) -> None:
        self.type = type
        self.id = id
        self.channel = channel
        self.payload = payload
