"""A mail that might have been, to look at a template or to try a mail server."""

from datetime import datetime, timedelta
from typing import Any

from rtserver.mail.composer import Content
from rtserver.mail.events import ACCOUNT_MAILS, GATHERED
from rtserver.settings.locales import language_of
from store.records import MailRecord, UserRecord

_NAMES = {"en": ("Olena", "Taras", "Algebra"), "uk": ("Олена", "Тарас", "Алгебра")}


def sample(
    event: str, *, locale: str, timezone: str, now: datetime, address: str = ""
) -> Content:
    """Return an event's mail; with an ``address`` one to nobody in particular."""
    tutor, student, title = _NAMES.get(language_of(locale), _NAMES["en"])
    user = UserRecord(
        id=0 if address else 1,
        email=address or "taras@school.example",
        name="" if address else student,
        role="student",
        locale=locale,
        timezone=timezone,
        is_active=True,
    )
    start = now.replace(minute=0, second=0, microsecond=0) + timedelta(days=1)
    return Content(
        mail=_row(event, user.id, now),
        user=user,
        school="sample",
        data=_data(tutor, start),
        lesson=None if address else _lesson(title, start),
        more=_more(event, tutor, now),
    )


def _row(event: str, user_id: int, now: datetime) -> MailRecord:
    return MailRecord(
        id=1,
        user_id=user_id,
        event=event,
        lesson_id=1,
        data="{}",
        lesson=None,
        state="waiting",
        held=False,
        due_at=now,
        created_at=now,
        first_at=None,
        attempts=0,
        doubts=0,
        ended_at=None,
        detail=None,
    )


def _data(tutor: str, start: datetime) -> dict[str, Any]:
    person = {"id": 2, "name": tutor}
    was = start - timedelta(days=2)
    times = {"starts_at": was, "ends_at": was + timedelta(hours=1)}
    return {"lesson_id": 1, "by": person, "tutor": person, "was": times, "before": 900}


def _lesson(title: str, start: datetime) -> dict[str, Any]:
    return {
        "id": 1,
        "title": title,
        "starts_at": start,
        "ends_at": start + timedelta(hours=1),
        "status": "scheduled",
        "sequence": 0,
    }


def _more(event: str, tutor: str, now: datetime) -> dict[str, Any]:
    if event in ACCOUNT_MAILS:
        link = "https://school.example/password#rtl_sample"
        return {"link": link, "expires_at": now + timedelta(days=1)}
    if event not in GATHERED:
        return {}
    texts = ("½ + ⅓ = ⅚", "https://school.example/page/42")
    messages = [{"author": tutor, "text": text, "at": now} for text in texts]
    return {"messages": messages, "more": 3}
