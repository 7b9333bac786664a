"""Where a mail about a lesson leads."""

from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes

import pytest

from rtserver.mail.composer import Composer
from rtserver.mail.samples import sample
from rtserver.mail.templates import MailTemplates
from rtserver.mail.unsubscribe import UnsubscribeLinks

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
BASE = "https://rt.school.example"


def content(event="lesson.scheduled", **data):
    made = sample(event, locale="en", timezone="UTC", now=NOW)
    return replace(made, data=made.data | data)


def composer(lesson_url=""):
    return Composer(
        MailTemplates(),
        UnsubscribeLinks("s" * 32),
        sender="School <no-reply@school.example>",
        base_url=lambda: BASE,
        lesson_url=lesson_url,
    )


@pytest.mark.parametrize(
    ("pattern", "url"),
    [
        ("", f"{BASE}/lessons/1"),
        ("https://school.example/#/l/{lesson_id}", "https://school.example/#/l/1"),
        ("https://school.example/today", "https://school.example/today"),
    ],
)
@pytest.mark.parametrize(
    "event", ["lesson.scheduled", "chat.message", "student.invited", "tutor.accept"]
)
def test_text_and_button_lead_to_the_lessons_page(pattern, url, event):
    made = composer(pattern)

    text = made.templates.render(made.letter(content(event)))

    assert url in text.text and f'href="{url}"' in text.html
    assert "Open the lesson" in text.html


def test_so_does_the_calendars_entry():
    made = composer("https://school.example/l/{lesson_id}")

    mail = message_from_bytes(made.write(content(), NOW).raw)

    (sheet,) = (part for part in mail.walk() if "calendar" in part.get_content_type())
    assert b"URL:https://school.example/l/1" in sheet.get_payload(decode=True)


@pytest.mark.parametrize("data", [{"removed": True}, {"lesson_id": "x"}])
def test_without_a_lesson_that_one_may_open_it_leads_to_the_school(data):
    made = composer("https://school.example/l/{lesson_id}")

    text = made.templates.render(made.letter(content("lesson.cancelled", **data)))

    assert f'href="{BASE}"' in text.html and "/l/" not in text.text
    assert "Open the school" in text.html
