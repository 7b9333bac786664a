"""Send mails, or try to."""

import asyncio
import time
from contextlib import asynccontextmanager

import pytest

from rtserver.mail.smtp import SmtpTransport
from rtserver.mail.transport import SendingFailed
from tests.rtserver.mail.drafts import mail


async def nothing():
    pass


@asynccontextmanager
async def opened(settings, *args):
    transport = SmtpTransport(settings, *args)
    try:
        yield transport
    finally:
        transport.close()
        await asyncio.sleep(0)  # the loop is what closes the socket, in its next turn


async def send(settings, message, tls=None, begin=nothing):
    async with opened(settings, tls) as transport:
        return await transport.send(message, "name", begin)


async def failure(settings, *, seconds=5.0, message=None):
    """Send a mail that can't be sent; give why, and see that it took no longer."""
    begun = time.monotonic()
    with pytest.raises(SendingFailed) as caught:
        await send(settings, message or mail())
    assert time.monotonic() - begun < seconds
    return caught.value
