"""The fields of a client's frame; msgspec needs annotations, so this isn't compiled."""

from typing import Annotated

import msgspec

MAX_ID = 2**53
MAX_ID_LENGTH = 64


class EnvelopeFields(msgspec.Struct, frozen=True, gc=False):
    """The fields of an envelope; of ``payload`` it is known only that it is JSON."""

    type: Annotated[str, msgspec.Meta(min_length=1)]
    id: (
        Annotated[int, msgspec.Meta(ge=-MAX_ID, le=MAX_ID)]
        | Annotated[str, msgspec.Meta(min_length=1, max_length=MAX_ID_LENGTH)]
        | msgspec.UnsetType
    ) = msgspec.UNSET
    channel: str | None = None
    payload: msgspec.Raw = msgspec.Raw(b"{}")


class Head(msgspec.Struct, gc=False):
    """The part of a bad frame that is echoed, whatever the rest of it is."""

    id: msgspec.Raw = msgspec.Raw(b"null")
    channel: msgspec.Raw = msgspec.Raw(b"null")
