"""The envelope of a client's frame, before anything is known of its command."""

from typing import Annotated

import msgspec

MAX_ID = 2**53
MAX_ID_LENGTH = 64


class Envelope(msgspec.Struct, frozen=True, gc=False):
    """A client's command; ``payload`` is a checked JSON object, not yet decoded."""

    type: Annotated[str, msgspec.Meta(min_length=1)]
    sent_id: (
        Annotated[int, msgspec.Meta(ge=-MAX_ID, le=MAX_ID)]
        | Annotated[str, msgspec.Meta(min_length=1, max_length=MAX_ID_LENGTH)]
        | msgspec.UnsetType
    ) = msgspec.field(default=msgspec.UNSET, name="id")
    channel: str | None = None
    payload: msgspec.Raw = msgspec.Raw(b"{}")

    @property
    def id(self) -> int | str | None:
        """Return the command's id, or None: no answer is asked for."""
        return None if self.sent_id is msgspec.UNSET else self.sent_id


class Head(msgspec.Struct, gc=False):
    """The part of a bad frame that is echoed, whatever the rest of it is."""

    id: msgspec.Raw = msgspec.Raw(b"null")
    channel: msgspec.Raw = msgspec.Raw(b"null")
