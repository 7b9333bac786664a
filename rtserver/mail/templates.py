"""The texts of mails: ``<event>.<locale>.{subject,txt,html}``."""

import html
import re
from dataclasses import dataclass, field
from functools import cached_property
from html.parser import HTMLParser
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rtserver.mail.dates import Dates
from rtserver.settings.locales import lookup_order

if TYPE_CHECKING:
    from rtserver.mail.rendering import Renderer

SHIPPED = Path(str(files("templates"))) / "email"
FALLBACK = "en"
_EVENT = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+")
# What neither a screen nor a mail program has a use for; line feeds and tabs stay.
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


class TemplateFailed(Exception):
    """A mail of which no template can be rendered; the log names the files."""


@dataclass(frozen=True, slots=True)
class Letter:
    """The values that a mail's templates see; ``more`` are further ones, by name.

    ``lesson_url`` is empty where there is no lesson that the reader could open.
    """

    event: str
    user: dict[str, Any]
    data: Any
    lesson: dict[str, Any] | None
    base_url: str
    unsubscribe_url: str
    more: dict[str, Any] = field(default_factory=dict)
    lesson_url: str = ""


@dataclass(frozen=True, slots=True)
class Text:
    """The rendered texts of a mail, and the language that they are in."""

    subject: str
    text: str
    html: str
    locale: str


class MailTemplates:
    """The shipped templates, each of which a file of the school's own may replace."""

    def __init__(self, own: Path | None = None) -> None:
        self._folders = [own, SHIPPED] if own else [SHIPPED]

    def events(self) -> list[str]:
        """Return the events for which there is a mail in some language."""
        names = [path.name for folder in self._folders for path in _files(folder)]
        found = {name.rsplit(".", 2)[0] for name in names if name.count(".") >= 3}
        return sorted(event for event in found if _EVENT.fullmatch(event))

    def locale_for(self, event: str, locale: str) -> str | None:
        """Return the language in which somebody gets an event's mail; None: no mail."""
        for candidate in [*lookup_order(locale), FALLBACK]:
            if self._has(f"{event}.{candidate}.txt", f"{event}.{candidate}.html"):
                return candidate
        return None

    def render(self, letter: Letter) -> Text:
        """Write a mail; raises ``TemplateFailed``."""
        locale = self.locale_for(letter.event, str(letter.user.get("locale", "")))
        if locale is None:
            raise TemplateFailed(letter.event)
        names = self._names(letter, locale)
        stem = f"{letter.event}.{locale}"
        subject = self._render(f"{stem}.subject", names)
        if subject is None:
            subject = self._render(f"{letter.event}.{FALLBACK}.subject", names)
        subject = " ".join((subject or letter.event.replace(".", " ")).split())
        names["subject"] = subject
        text = self._render(f"{stem}.txt", names)
        markup = self._render(f"{stem}.html", names)
        if text is None and markup is None:
            raise TemplateFailed(stem)
        if text is None:
            text = _text_of(markup or "")
        if markup is None:
            paragraphs = re.split(r"\n\s*\n", text.strip())
            markup = self._render("plain.html", names | {"paragraphs": paragraphs})
        text = re.sub(r"\n{3,}", "\n\n", text.strip()) + "\n"
        return Text(subject, text, markup or _page(text), locale)

    def page(self, name: str, **names: Any) -> str | None:
        """Render a page; None if there is no such file."""
        return self._render(name, names)

    def _names(self, letter: Letter, locale: str) -> dict[str, Any]:
        dates = Dates(locale, str(letter.user.get("timezone", "UTC")))
        return {
            **letter.more,
            "user": letter.user,
            "event": letter.event,
            "data": letter.data,
            "lesson": letter.lesson,
            "base_url": letter.base_url,
            "lesson_url": letter.lesson_url,
            "unsubscribe_url": letter.unsubscribe_url,
            "locale": locale,
            "timezone": dates.zone,
            "day": dates.day,
            "short_day": dates.short_day,
            "clock": dates.clock,
            "period": dates.period,
        }

    def _render(self, name: str, names: dict[str, Any]) -> str | None:
        if not self._has(name):
            return None
        text = self._renderer.render(name, names)
        return None if text is None else _CONTROLS.sub("", text)

    @cached_property
    def _renderer(self) -> "Renderer":
        from rtserver.mail.rendering import Renderer

        return Renderer(self._folders)

    def _has(self, *names: str) -> bool:
        return any(
            (folder / name).is_file() for folder in self._folders for name in names
        )


def _files(folder: Path) -> list[Path]:
    return list(folder.glob("*.*.*.*")) if folder.is_dir() else []


def _page(text: str) -> str:
    return f"<!doctype html><meta charset=utf-8><pre>{html.escape(text)}</pre>"


class _Stripper(HTMLParser):
    """A parser that gathers what a page says, without its head."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("head", "style", "script"):
            self._silent += 1
        elif tag in ("p", "br", "div", "tr", "h1", "h2", "h3", "li"):
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("head", "style", "script"):
            self._silent = max(0, self._silent - 1)

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.parts.append(re.sub(r"\s+", " ", data))


def _text_of(markup: str) -> str:
    stripper = _Stripper()
    stripper.feed(markup)
    lines = [line.strip() for line in "".join(stripper.parts).splitlines()]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
