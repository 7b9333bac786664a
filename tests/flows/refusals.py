"""What a refused command is told."""

from typing import Any

import pytest

from tests.client import CommandFailed, Socket


async def refusal(
    socket: Socket, type: str, channel: str | None = None, **payload: Any
) -> Any:
    """Return the payload of the error that answers a command."""
    with pytest.raises(CommandFailed) as caught:
        await socket.call(type, channel, **payload)
    return caught.value.payload
