"""A real mail server on loopback, which can fail in every way that they do."""

import asyncio
import socket
import ssl
import threading
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from ipaddress import ip_address
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from rtserver.settings.masked import SecretStr
from rtserver.settings.model import SmtpSettings
from tests.patience import PATIENCE
from tests.processes import free_port, wait_until

LOGIN = ("school", "a password")


class Taken:
    """One mail that was taken, and by whom it was read as what."""

    def __init__(self, envelope):
        self.sender = envelope.mail_from
        self.recipients = envelope.rcpt_tos
        self.raw = envelope.content
        self.message = message_from_bytes(envelope.content, policy=policy.default)

    @property
    def text(self):
        return self.message.get_body(("plain",)).get_content().replace("\r\n", "\n")

    @property
    def html(self):
        return self.message.get_body(("html",)).get_content()

    @property
    def calendar(self):
        for part in self.message.iter_attachments():
            if part.get_content_type() == "text/calendar":
                return part
        return None


class MailServer:
    """``fault`` maps a command (MAIL, RCPT, DATA) to the reply it gets; or to "cut".

    "cut" after DATA takes the mail, and hangs up instead of saying so. ``pace``: so
    many seconds for each byte that the server says. ``taken``: the mails, in order.
    """

    def __init__(self, *, port=None, starttls=None, tls=None, login=False):
        self.port = port or free_port()
        self.taken = []
        self.sessions = []
        self.fault = {}
        self.pace = 0.0
        self.delay = 0.0  # before the answer to a mail
        self.connections = 0
        self.starttls = starttls
        self.tls = tls
        self.login = login
        self._controller = None

    @property
    def settings(self):
        return SmtpSettings(
            host="localhost" if self.starttls or self.tls else "127.0.0.1",
            port=self.port,
            security=self._security,
            username=LOGIN[0] if self.login else "",
            password=SecretStr(LOGIN[1] if self.login else ""),
            sender="School <no-reply@school.example>",
            timeout=1.0,
        )

    @property
    def _security(self):
        if self.starttls:
            return "starttls"
        return "tls" if self.tls else "none"

    def start(self):
        self._controller = _Controller(self)
        self._controller.start()
        self.connections = 0  # it has just tried one itself
        return self

    def stop(self):
        if self._controller is not None:
            hung_up = self._hang_up()
            asyncio.run_coroutine_threadsafe(hung_up, self._controller.loop).result()
            self._controller.stop()
            self._controller = None

    def await_mails(self, count=1, seconds=10):
        wait_until(lambda: len(self.taken) >= count, seconds)
        return self.taken

    async def _hang_up(self):
        """End what goes on, so that nothing of it outlives the test."""
        for session in self.sessions:
            if session.transport is not None:
                session.transport.abort()
            task = session._handler_coroutine
            if task is not None:
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)
        self.sessions.clear()

    async def handle_MAIL(self, server, session, envelope, address, options):
        return self._reply(server, "MAIL") or self._accept(envelope, address, options)

    async def handle_RCPT(self, server, session, envelope, address, options):
        if reply := self._reply(server, "RCPT"):
            return reply
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        reply = self._reply(server, "DATA")
        if reply is None or reply == "421 cut":
            self.taken.append(Taken(envelope))
        await asyncio.sleep(self.delay)
        return reply or "250 2.0.0 OK: queued as 42"

    def _accept(self, envelope, address, options):
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    def _reply(self, server, command):
        reply = self.fault.get(command)
        if reply == "cut":
            server.transport.abort()
            return "421 cut"
        return reply

    def authenticate(self, server, session, envelope, mechanism, data):
        given = (data.login.decode(), data.password.decode())
        return AuthResult(success=given == LOGIN, handled=False)


class _Controller(Controller):
    def __init__(self, owner):
        self.owner = owner
        super().__init__(
            owner, hostname="127.0.0.1", port=owner.port, ssl_context=owner.tls
        )

    def factory(self):
        owner = self.owner
        owner.connections += 1
        more = {"tls_context": owner.starttls} if owner.starttls else {}
        if owner.login:
            more |= {
                "authenticator": owner.authenticate,
                "auth_required": True,
                "auth_require_tls": bool(owner.starttls),
            }
        server = _Smtp(owner, hostname="mail.example", enable_SMTPUTF8=True, **more)
        server.pace = owner.pace
        owner.sessions.append(server)
        return server


class _Smtp(SMTP):
    pace = 0.0

    async def push(self, status):
        if not self.pace:
            await super().push(status)
            return
        data = status if isinstance(status, bytes) else status.encode()
        for byte in data + b"\r\n":
            self._writer.write(bytes([byte]))
            await asyncio.sleep(self.pace)


class SilentServer:
    """Takes connections, and never says a word."""

    def __init__(self):
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]

    @property
    def settings(self):
        return replace(MailServer(port=self.port).settings, timeout=PATIENCE)

    def stop(self):
        self._socket.close()


class TalkativeServer:
    """Begins an answer that never ends."""

    def __init__(self):
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        self._thread = threading.Thread(target=self._talk)
        self._thread.start()

    @property
    def settings(self):
        return MailServer(port=self.port).settings

    def _talk(self):
        with suppress(OSError):
            peer, _ = self._listening.accept()
            with peer:
                peer.sendall(b"220 hello\r\n")
                peer.recv(1000)
                while True:
                    peer.sendall(b"250-and so on\r\n" * 1000)

    def stop(self):
        self._listening.close()
        self._thread.join()


class Certificate:
    """A certificate for localhost that nobody but its owner knows."""

    def __init__(self, folder: Path):
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
        now = datetime.now(UTC)
        names = [x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))]
        certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=1))
            .add_extension(x509.SubjectAlternativeName(names), critical=False)
            .add_extension(x509.BasicConstraints(True, None), critical=True)
            .sign(key, hashes.SHA256())
        )
        self.file = folder / "certificate.pem"
        self.file.write_bytes(
            certificate.public_bytes(serialization.Encoding.PEM)
            + key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )

    def server(self):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.file)
        return context

    def client(self):
        return ssl.create_default_context(cafile=str(self.file))
