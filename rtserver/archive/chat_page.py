"""The chat as a page for people: one file, no scripts, nothing from elsewhere."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from html import escape
from typing import NamedTuple

from rtserver.files.kinds import KINDS, archive_name
from rtserver.mail.dates import Dates
from rtserver.settings.locales import language_of
from store.records import FileRecord, LessonRecord, MemberRecord, MessageRecord

_HEAD = """<!DOCTYPE html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy"
 content="default-src 'none'; style-src 'unsafe-inline'; img-src 'self' file:">
<title>{title}</title>
<style>
body {{ font: 16px/1.5 sans-serif; margin: 2rem auto; max-width: 45rem;
 padding: 0 1rem }}
h2 {{ font-size: 1rem; color: #555; border-bottom: 1px solid #ccc }}
article {{ margin: .8rem 0 }}
time, small {{ color: #666 }}
p {{ margin: 0; white-space: pre-wrap; overflow-wrap: anywhere }}
img {{ display: block; max-width: 100%; max-height: 24rem; margin: .3rem 0 }}
</style>
</head>
<body>
"""
_TAIL = "</body>\n</html>\n"
_EN = {
    "members": "Members",
    "tutor": "tutor",
    "student": "student",
    "edited": "edited",
    "nothing": "Nothing was said.",
    "saved": "Saved on {} at {}.",
    "zone": "Times are those of {}.",
}
_UK = {
    "members": "Учасники",
    "tutor": "викладач",
    "student": "учень",
    "edited": "змінено",
    "nothing": "Нічого не сказано.",
    "saved": "Збережено {} о {}.",
    "zone": "Час подано за поясом {}.",
}
_WORDS: Mapping[str, Mapping[str, str]] = {"en": _EN, "uk": _UK}


class Reader(NamedTuple):
    """A reader of the page: their language, and the zone of their times."""

    locale: str
    timezone: str


class ChatPage:
    """The page of one lesson's chat, written piece by piece."""

    def __init__(self, reader: Reader) -> None:
        language = language_of(reader.locale)
        self._language = language if language in _WORDS else "en"
        self._words = _WORDS[self._language]
        self._dates = Dates(self._language, reader.timezone)

    def pieces(
        self,
        lesson: LessonRecord,
        members: Iterable[MemberRecord],
        messages: Iterable[MessageRecord],
        at: datetime,
    ) -> Iterator[bytes]:
        """Yield the page."""
        head = _HEAD.format(language=self._language, title=escape(lesson.title))
        yield from map(str.encode, (head, *self._about(lesson, members, at)))
        day = ""
        for message in messages:
            if (today := self._dates.day(message.created_at)) != day:
                day = today
                yield f"<h2>{escape(day)}</h2>\n".encode()
            yield "".join(self._message(message)).encode()
        if not day:
            yield f"<p>{self._words['nothing']}</p>\n".encode()
        yield _TAIL.encode()

    def _about(
        self, lesson: LessonRecord, members: Iterable[MemberRecord], at: datetime
    ) -> Iterator[str]:
        dates, words = self._dates, self._words
        when = f"{dates.day(lesson.starts_at)}, "
        when += dates.period(lesson.starts_at, lesson.ends_at)
        people = ", ".join(
            f"{escape(member.name)} ({words[member.role]})"
            for member in members
            if member.state == "accepted"
        )
        yield f"<h1>{escape(lesson.title)}</h1>\n<p>{escape(when)}</p>\n"
        yield f"<p>{words['members']}: {people}</p>\n"
        saved = words["saved"].format(dates.short_day(at), dates.clock(at))
        zone = words["zone"].format(dates.zone)
        yield f"<p><small>{escape(saved)} {escape(zone)}</small></p>\n"

    def _message(self, message: MessageRecord) -> Iterator[str]:
        edited = f" <small>{self._words['edited']}</small>" if message.edited_at else ""
        clock = self._dates.clock(message.created_at)
        yield f"<article><strong>{escape(message.author_name)}</strong> "
        yield f"<time>{clock}</time>{edited}\n<p>{escape(message.text)}</p>\n"
        for file in message.files:
            yield _shown(file)
        yield "</article>\n"


def _shown(file: FileRecord) -> str:
    address, name = f"files/{archive_name(file)}", escape(file.name)
    picture = f'<img src="{address}" alt="">' if KINDS[file.type].is_shown else ""
    return f'<a href="{address}">{picture}{name}</a>\n'
