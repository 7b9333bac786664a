"""Mails that might have been, for previews and tests."""

from datetime import UTC, datetime

import pytest

from rtserver.mail.composer import Composer
from rtserver.mail.events import EVENTS
from rtserver.mail.samples import sample
from rtserver.mail.templates import MailTemplates
from rtserver.mail.unsubscribe import UnsubscribeLinks

NOW = datetime(2026, 12, 1, 10, 20, tzinfo=UTC)
COMPOSER = Composer(
    MailTemplates(),
    UnsubscribeLinks("s" * 32),
    sender="School <no-reply@school.example>",
    base_url=lambda: "https://school.example",
)


@pytest.mark.parametrize("locale", ["en", "uk", "de"])
@pytest.mark.parametrize("event", EVENTS)
def test_every_event_can_be_looked_at(event: str, locale: str) -> None:
    content = sample(event, locale=locale, timezone="Europe/Kyiv", now=NOW)

    mail = COMPOSER.write(content, NOW)

    assert mail.recipient == "taras@school.example"
    assert b"List-Unsubscribe" in mail.raw


def test_a_test_mail_is_about_no_lesson_and_nobody() -> None:
    content = sample(
        *("test",), locale="en", timezone="UTC", now=NOW, address="x@school.example"
    )

    mail = COMPOSER.write(content, NOW)

    assert mail.recipient == "x@school.example"
    assert b"List-Unsubscribe" not in mail.raw and b"text/calendar" not in mail.raw
