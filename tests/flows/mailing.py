"""What tests ask of mails that a school has sent to a mail server."""

from collections.abc import Awaitable, Callable

from tests.mail_server import MailServer, Taken
from tests.school import School

Mailing = Callable[..., Awaitable[School]]

# How long a mail is held back for whoever is connected: ``presence.ttl``.
HOLD = 1.5
STUDENTS = {"sofia@example.org", "taras@example.org"}


def received(mail_server: MailServer, subject: str) -> list[Taken]:
    """Return the students' mails whose subject begins so."""
    return [
        taken
        for taken in mail_server.taken
        if taken.message["Subject"].startswith(subject)
        and taken.recipients[0] in STUDENTS
    ]
