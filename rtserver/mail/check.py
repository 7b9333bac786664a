"""The check of the mail server: everything up to the first mail."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from rtserver.settings.model import SmtpSettings

LONGEST_WAIT = 10.0


class Refused(Exception):
    """The mail server can't be used; the message names the key and what to change."""


def connect(settings: SmtpSettings) -> None:
    """Connect, encrypt and log in as a mail would; ``Refused`` if that fails."""
    place = f"{settings.host} port {settings.effective_port}"
    try:
        with _connected(settings) as client:
            client.ehlo_or_helo_if_needed()
            if settings.security == "starttls":
                client.starttls(context=ssl.create_default_context())
                client.ehlo()
            _log_in(client, settings)
    except smtplib.SMTPNotSupportedError:
        raise Refused(
            f"[smtp] security: {place} doesn't offer {settings.security}. "
            "Set tls (port 465), or none for a server on this machine."
        ) from None
    except ssl.SSLError as error:
        raise Refused(
            f"[smtp] security: {place} can't be spoken to encrypted "
            f"({error.reason or error}). Check host, port and the certificate."
        ) from None
    except (smtplib.SMTPException, OSError, ValueError) as error:
        raise Refused(
            f"[smtp] host: {place} can't be used ({_reason(error)}). "
            "Check host, port and security."
        ) from None


@contextmanager
def _connected(settings: SmtpSettings) -> Iterator[smtplib.SMTP]:
    client = _client(settings)
    try:
        yield client
    finally:
        # However it takes the goodbye, what came before it is what counts.
        with suppress(smtplib.SMTPException, OSError):
            client.quit()
        client.close()


def _client(settings: SmtpSettings) -> smtplib.SMTP:
    where = settings.host, settings.effective_port
    timeout = min(settings.timeout, LONGEST_WAIT)
    if settings.security != "tls":
        return smtplib.SMTP(*where, timeout=timeout)
    context = ssl.create_default_context()
    return smtplib.SMTP_SSL(*where, timeout=timeout, context=context)


def _log_in(client: smtplib.SMTP, settings: SmtpSettings) -> None:
    if not settings.username:
        return
    try:
        client.login(settings.username, settings.password.reveal())
    except smtplib.SMTPAuthenticationError as error:
        raise Refused(
            f"[smtp] username: the login is refused ({_reason(error)}). "
            "Check username and password."
        ) from None
    except smtplib.SMTPNotSupportedError:
        raise Refused(
            "[smtp] username: this server takes no login as things are. "
            "Remove username and password, or set security to starttls or tls."
        ) from None
    except UnicodeEncodeError:
        raise Refused(
            "[smtp] password: the login must be ASCII. Change username or password."
        ) from None


def _reason(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        said = error.smtp_error
        text = said.decode(errors="replace") if isinstance(said, bytes) else str(said)
        return f"{error.smtp_code} {text}"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error) or type(error).__name__
