"""Mails for the tests of how they are sent."""

from datetime import UTC, datetime

from rtserver.mail.draft import MailDraft
from rtserver.mail.message import compose


def mail(text="Hello\n.\n..dots\n", address="taras@example.org"):
    return compose(
        MailDraft(
            sender="School <no-reply@school.example>",
            name="Taras",
            address=address,
            subject="A lesson",
            text=text,
            html="<p>Hello</p>",
            message_id="<1@school.example>",
            date=datetime(2026, 11, 23, tzinfo=UTC),
        )
    )
