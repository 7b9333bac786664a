"""One connection to the mail server, and what it says about each mail (RFC 5321)."""

import os
import re
import smtplib
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, BinaryIO

from rtserver.mail.draft import Mail
from rtserver.mail.transport import SendingFailed
from rtserver.settings.model import SmtpSettings

# How many times longer the answer to a whole mail may take (RFC 5321 4.5.3.2.6).
PATIENCE_AT_THE_END = 20
_IDLE_SECONDS = 20.0
_READY = 354
_LONGEST_REPLY = 500
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f]+")
# Of what a server may say at one step; smtplib would gather lines until it ends.
_MOST_BYTES = 65_536
_BROKEN = (smtplib.SMTPException, OSError, ValueError)


class Dialogue:
    """A connection to the mail server; every step ends within the settings' timeout.

    Also where a server answers a byte at a time. Blocks: it is for a thread.
    """

    def __init__(
        self,
        settings: SmtpSettings,
        context: Callable[[], ssl.SSLContext] = ssl.create_default_context,
    ) -> None:
        self._timeout = settings.timeout
        self._context = context
        self._settings = settings
        self._client = _Client(settings, context)

    def open(self) -> None:
        """Connect, encrypt and sign in, or raise ``SendingFailed``."""
        try:
            with self._within(self._timeout):
                self._sign_in(self._settings)
        except _BROKEN as error:
            self.close()
            raise SendingFailed(_words(error), about_server=True) from None

    def alive(self) -> bool:
        """Tell whether the connection, unused for a while, can be used again."""
        try:
            with self._within(self._timeout):
                return bool(self._client.rset()[0] == 250)
        except _BROKEN:
            return False

    def send(self, mail: Mail, begin: Callable[[], None] = lambda: None) -> str:
        """Hand over a mail; give the server's answer, or raise ``SendingFailed``.

        ``begin`` is called before the last dot, from which on the mail may be taken.
        """
        with self._within(self._timeout):
            self._envelope(mail)
        try:
            with self._within(self._timeout):
                self._client.send(_stuffed(mail.raw))
        except _BROKEN as error:
            raise SendingFailed(_words(error), about_server=True) from None
        begin()
        try:
            with self._within(self._timeout * PATIENCE_AT_THE_END):
                self._client.send(b".\r\n")
                code, words = self._client.getreply()
        except _BROKEN as error:
            # The last dot may have arrived, so the mail may have been taken.
            raise SendingFailed(_words(error), doubtful=True) from None
        if code != 250:
            raise _refusal(code, words)
        return _reply(code, words)

    def close(self) -> None:
        """Hang up, without waiting for a word."""
        with suppress(*_BROKEN):
            self._client.close()
        self._client.forget()

    def quit(self) -> None:
        """Say goodbye, then hang up."""
        with suppress(*_BROKEN), self._within(min(self._timeout, 2.0)):
            self._client.putcmd("QUIT")
        self.close()

    def cut(self) -> None:
        """Break off whatever a thread is waiting for here, from another thread."""
        self._client.cut()

    def _sign_in(self, settings: SmtpSettings) -> None:
        code, words = self._client.connect(settings.host, settings.effective_port)
        if code != 220:
            raise smtplib.SMTPConnectError(code, words)
        self._client.ehlo_or_helo_if_needed()
        if settings.security == "starttls":
            self._client.starttls(context=self._context())
            self._client.ehlo()
        if settings.username:
            self._client.login(settings.username, settings.password.reveal())

    def _envelope(self, mail: Mail) -> None:
        options = ["SMTPUTF8", "BODY=8BITMIME"] if mail.utf8 else []
        if mail.utf8 and not self._client.has_extn("smtputf8"):
            raise SendingFailed("the mail server knows no SMTPUTF8", final=True)
        try:
            code, words = self._client.mail(mail.sender, options)
            if code != 250:
                # Not this mail but our sender, or all mail, isn't wanted.
                raise SendingFailed(_reply(code, words), about_server=True)
            code, words = self._client.rcpt(mail.recipient)
            if code not in (250, 251):
                raise _refusal(code, words)
            code, words = self._client.docmd("DATA")
            if code != _READY:
                raise _refusal(code, words)
        except _BROKEN as error:
            raise SendingFailed(_words(error), about_server=True) from None

    @contextmanager
    def _within(self, seconds: float) -> Iterator[None]:
        """Cut the connection if what follows takes longer, byte by byte or silent."""
        if self._client.sock is not None:
            self._client.sock.settimeout(seconds)
        late = threading.Event()
        timer = threading.Timer(seconds, self._be_late, [late])
        timer.daemon = True
        timer.start()
        try:
            yield
        except _BROKEN as error:
            if late.is_set() or isinstance(error.__context__, TimeoutError):
                raise TimeoutError from None
            raise
        finally:
            timer.cancel()

    def _be_late(self, late: threading.Event) -> None:
        late.set()
        self._client.cut()


class SmtpTransport:
    """Sends over a connection that is kept while there are mails to send."""

    def __init__(
        self, settings: SmtpSettings, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._settings = settings
        self._monotonic = monotonic
        self._dialogue: Dialogue | None = None
        self._used = 0.0

    def send(self, mail: Mail, name: str, begin: Callable[[], None]) -> str:
        try:
            return self._connected().send(mail, begin)
        except SendingFailed:
            # In whatever state the dialogue is, the next mail begins a new one.
            self._hang_up()
            raise
        finally:
            self._used = self._monotonic()

    def rest(self) -> None:
        if self._dialogue and self._monotonic() - self._used > _IDLE_SECONDS:
            self.close()

    def close(self) -> None:
        self._hang_up()

    def cut(self) -> None:
        if self._dialogue is not None:
            self._dialogue.cut()

    def _connected(self) -> Dialogue:
        if self._dialogue is not None and not self._dialogue.alive():
            self._hang_up()
        if self._dialogue is None:
            # Known before it is open, so that its opening can be cut.
            self._dialogue = Dialogue(self._settings)
            self._dialogue.open()
        return self._dialogue

    def _hang_up(self) -> None:
        dialogue, self._dialogue = self._dialogue, None
        if dialogue is not None:
            dialogue.quit()


class _Client(smtplib.SMTP):
    """An SMTP client whose connection another thread can cut at any moment."""

    def __init__(
        self, settings: SmtpSettings, context: Callable[[], ssl.SSLContext]
    ) -> None:
        super().__init__(
            timeout=settings.timeout, local_hostname=socket.gethostname() or "localhost"
        )
        self._host = settings.host  # whose certificate STARTTLS wants to see
        self._tls = context() if settings.security == "tls" else None
        self._twin: socket.socket | None = None

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        sock = socket.create_connection((host, port), timeout)
        # TLS takes the socket over, and shutting that one down would confuse whoever
        # reads from it; a second descriptor of the same connection does neither.
        self._twin = socket.socket(fileno=os.dup(sock.fileno()))
        if self._tls is None:
            return sock
        return self._tls.wrap_socket(sock, server_hostname=host)

    def getreply(self) -> tuple[int, bytes]:
        if self.file is None and self.sock is not None:
            self.file = _Answers(self.sock.makefile("rb"))
        if isinstance(self.file, _Answers):
            self.file.room = _MOST_BYTES
        return super().getreply()

    def cut(self) -> None:
        if self._twin is not None:
            with suppress(OSError):
                self._twin.shutdown(socket.SHUT_RDWR)

    def forget(self) -> None:
        if self._twin is not None:
            self._twin.close()


class _Answers:
    """The server's lines; after ``room`` bytes of them it has said too much."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.room = 0

    def readline(self, limit: int) -> bytes:
        line = self._file.readline(limit)
        self.room -= len(line)
        if self.room < 0:
            raise OSError(f"an answer of over {_MOST_BYTES} bytes")
        return line

    def close(self) -> None:
        self._file.close()


def _stuffed(raw: bytes) -> bytes:
    """Double the dots that begin lines, and end the last line."""
    return re.sub(rb"(?m)^\.", b"..", raw) + (b"" if raw.endswith(b"\r\n") else b"\r\n")


def _refusal(code: int, words: Any) -> SendingFailed:
    """Say whether it is for now (4xx), for good (5xx), or about all mails (421)."""
    return SendingFailed(
        _reply(code, words), final=500 <= code < 600, about_server=code == 421
    )


def _words(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return _reply(error.smtp_code, error.smtp_error)
    if isinstance(error, ssl.SSLCertVerificationError):
        return _line(f"the certificate is refused: {error.verify_message}")
    if isinstance(error, TimeoutError):
        return "no answer in time"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return _line(str(error)) or type(error).__name__


def _reply(code: int, words: Any) -> str:
    text = words.decode(errors="replace") if isinstance(words, bytes) else str(words)
    return _line(f"{code} {text}")


def _line(text: str) -> str:
    """Make one line of a server's words: NUL can't be stored, ESC steers terminals."""
    return " ".join(_CONTROLS.sub(" ", text).split())[:_LONGEST_REPLY]
