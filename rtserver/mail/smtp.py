"""Sends mails to a mail server (RFC 5321), many over one connection."""

import asyncio
import os
import re
import socket
import ssl
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from aiosmtplib import (
    SMTP,
    SMTPConnectError,
    SMTPException,
    SMTPRecipientRefused,
    SMTPResponse,
    SMTPResponseException,
)

from rtserver.mail.draft import FinishedMail
from rtserver.mail.transport import SendingFailed
from rtserver.settings.model import SmtpSettings

# What the library raises when something is wrong with the server or the way to it.
BROKEN = (SMTPException, OSError, ValueError)
# How many times longer the answer to a whole mail may take (RFC 5321 4.5.3.2.6).
PATIENCE_AT_THE_END = 20
_IDLE_SECONDS = 20.0
_MAX_REPLY = 500
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f]+")


class SmtpTransport:
    """A transport over one connection, which is kept while there are mails to send.

    Every step ends within the settings' timeout, also where the server answers a byte
    at a time, or reads nothing. ``tls``: whom to trust, if not as usual.
    """

    def __init__(
        self,
        settings: SmtpSettings,
        tls: ssl.SSLContext | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._settings = settings
        self._client = new_client(settings, tls)
        self._monotonic = monotonic
        self._used = 0.0

    async def send(
        self, mail: FinishedMail, name: str, begin: Callable[[], Awaitable[None]]
    ) -> str:
        try:
            if not await self._alive():
                await self._connect()
            async with self._step():
                await self._envelope(mail)
            code, words = await self._text(mail.raw, begin)
            if code != 250:
                raise _refusal(code, words)
            return _reply(code, words)
        except BaseException:
            # Nobody knows what would be answered next: another one for the next mail.
            self.close()
            raise
        finally:
            self._used = self._monotonic()

    def rest(self) -> None:
        if self._monotonic() - self._used > _IDLE_SECONDS:
            self.close()

    def close(self) -> None:
        hang_up(self._client)

    async def _alive(self) -> bool:
        """Return whether there is a connection, unused for long, that still works."""
        try:
            async with self._step():
                await self._client.rset()
        except SendingFailed:
            return False
        return True

    async def _connect(self) -> None:
        self.close()
        settings = self._settings
        async with self._step():
            await self._client.connect()
            if settings.security == "starttls":
                await self._client.starttls()
            if settings.username:
                await self._client.login(settings.username, settings.password.reveal())
            await self._client.noop()  # says EHLO, or HELO, unless that is done

    async def _envelope(self, mail: FinishedMail) -> None:
        """Say whose mail to whom comes, until the server waits for it."""
        if mail.utf8 and not self._client.supports_extension("smtputf8"):
            raise SendingFailed("the mail server knows no SMTPUTF8", final=True)
        options = ["SMTPUTF8", "BODY=8BITMIME"] if mail.utf8 else []
        encoding = "utf-8" if mail.utf8 else "ascii"
        # A refused sender is about the server: not this mail but ours aren't wanted.
        await self._client.mail(mail.sender, options=options, encoding=encoding)
        try:
            await self._client.rcpt(mail.recipient, encoding=encoding)
        except SMTPRecipientRefused as error:
            raise _refusal(error.code, error.message) from None
        code, words = await self._client.execute_command(b"DATA")
        if code != 354:
            raise _refusal(code, words)

    async def _text(
        self, raw: bytes, begin: Callable[[], Awaitable[None]]
    ) -> SMTPResponse:
        """Send the mail itself, and return the answer.

        By hand, since the library's own sends the last dot together with the rest.
        """
        protocol = self._client.protocol
        if protocol is None:
            raise SendingFailed("Connection lost", about_server=True)
        answer = asyncio.create_task(protocol.read_response())
        try:
            async with self._step():
                protocol.write(_stuffed(raw))
                await protocol._drain_helper()
                if answer.done():  # refused before the end, or hung up
                    raise _refusal(*answer.result())
            await begin()
            # From here on the last dot may arrive, and so the mail may be taken.
            async with self._step(PATIENCE_AT_THE_END, doubtful=True):
                protocol.write(b".\r\n")
                return await answer
        finally:
            answer.cancel()
            await asyncio.gather(answer, return_exceptions=True)

    @asynccontextmanager
    async def _step(
        self, patience: int = 1, *, doubtful: bool = False
    ) -> AsyncIterator[None]:
        """Raise ``SendingFailed`` if what follows fails, or takes too long."""
        try:
            async with asyncio.timeout(self._settings.timeout * patience):
                yield
        except BROKEN as error:
            raise SendingFailed(
                reason(error), doubtful=doubtful, about_server=not doubtful
            ) from None


def new_client(settings: SmtpSettings, tls: ssl.SSLContext | None = None) -> SMTP:
    """Return a client that isn't connected."""
    return SMTP(
        hostname=settings.host,
        port=settings.effective_port,
        local_hostname=socket.gethostname() or "localhost",
        # Its own timeouts are wait_for's, which loses cancellations on Python 3.11.
        timeout=None,
        use_tls=settings.security == "tls",
        start_tls=False,  # by itself, that is: only if it is offered
        tls_context=tls,
    )


def hang_up(client: SMTP) -> None:
    """Say goodbye and end the connection, without waiting for anything."""
    transport = client.transport
    if isinstance(transport, asyncio.WriteTransport):
        transport.write(b"QUIT\r\n")
        # The client's own close() would wait until a server that hangs has read all,
        # which may be half a mail.
        transport.abort()
    client.close()


def cause(error: BaseException) -> BaseException:
    """Return what the system said, where the library has wrapped it."""
    wrapped = isinstance(error, SMTPConnectError) and error.__cause__
    return wrapped or error


def reason(error: BaseException) -> str:
    """Say in one line why a server, or the way to it, can't be used."""
    error = cause(error)
    if isinstance(error, SMTPResponseException):
        return _reply(error.code, error.message)
    if isinstance(error, ssl.SSLCertVerificationError):
        return _line(f"the certificate is refused: {error.verify_message}")
    if isinstance(error, TimeoutError):
        return "no answer in time"
    if isinstance(error, ConnectionError) and error.errno:
        return os.strerror(error.errno)  # asyncio's words for it hide it
    if isinstance(error, OSError) and error.strerror:
        return _line(error.strerror)
    return _line(str(error)) or type(error).__name__


def _stuffed(raw: bytes) -> bytes:
    """Double the dots that begin lines, and end the last line."""
    return re.sub(rb"(?m)^\.", b"..", raw) + (b"" if raw.endswith(b"\r\n") else b"\r\n")


def _refusal(code: int, words: str) -> SendingFailed:
    """Say whether it is for now (4xx), for good (5xx), or about all mails (421)."""
    return SendingFailed(
        _reply(code, words), final=500 <= code < 600, about_server=code == 421
    )


def _reply(code: int, words: str) -> str:
    # Negative is the library's own word about what is no answer.
    return _line(f"{code} {words}" if code > 0 else words)


def _line(text: str) -> str:
    """Make one line of a server's words, fit to be stored and shown.

    NUL can't be stored, nor can the surrogates that stand for what is no UTF-8; ESC
    steers terminals.
    """
    text = text.encode(errors="replace").decode()
    return " ".join(_CONTROLS.sub(" ", text).split())[:_MAX_REPLY]
