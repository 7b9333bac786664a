"""The check of the mail server: everything up to the first mail."""

import asyncio
import ssl

from aiosmtplib import SMTP, SMTPAuthenticationError

from rtserver.mail.smtp import BROKEN, cause, hang_up, new_client, reason
from rtserver.settings.model import SmtpSettings

MAX_WAIT = 10.0


class Refused(Exception):
    """The mail server can't be used; the message names the key and what to change."""


def connect(settings: SmtpSettings) -> None:
    """Connect, encrypt and log in as a mail would; ``Refused`` if that fails."""
    place = f"{settings.host} port {settings.effective_port}"
    try:
        asyncio.run(_connect(settings, place))
    except BROKEN as error:
        if isinstance(fault := cause(error), ssl.SSLError):
            raise Refused(
                f"[smtp] security: {place} can't be spoken to encrypted "
                f"({fault.reason or fault}). Check host, port and the certificate."
            ) from None
        raise Refused(
            f"[smtp] host: {place} can't be used ({reason(error)}). "
            "Check host, port and security."
        ) from None


async def _connect(settings: SmtpSettings, place: str) -> None:
    mailer = new_client(settings)
    try:
        async with asyncio.timeout(min(settings.timeout, MAX_WAIT)):
            # Step by step, to tell which one fails.
            await mailer.connect()
            await mailer.noop()  # says EHLO, or HELO, first
            if settings.security == "starttls":
                await _encrypt(mailer, place)
            if settings.username:
                await _log_in(mailer, settings)
    finally:
        hang_up(mailer)


async def _encrypt(mailer: SMTP, place: str) -> None:
    if not mailer.supports_extension("starttls"):
        raise Refused(
            f"[smtp] security: {place} doesn't offer starttls. "
            "Set tls (port 465), or none for a server on this machine."
        )
    await mailer.starttls()
    await mailer.ehlo()  # what it offers encrypted may be more


async def _log_in(mailer: SMTP, settings: SmtpSettings) -> None:
    if not mailer.supports_extension("auth"):
        raise Refused(
            "[smtp] username: this server takes no login as things are. "
            "Remove username and password, or set security to starttls or tls."
        )
    try:
        await mailer.login(settings.username, settings.password.reveal())
    except SMTPAuthenticationError as error:
        raise Refused(
            f"[smtp] username: the login is refused ({reason(error)}). "
            "Check username and password."
        ) from None
