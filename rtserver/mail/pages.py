"""The page that a mail's unsubscribe link shows to people."""

import re

from rtserver.mail.templates import FALLBACK, MailTemplates

_LANGUAGE = re.compile(r"\s*([a-zA-Z]{2,3})")


class MailPages:
    """Pages in the languages that there are templates for."""

    def __init__(self, templates: MailTemplates) -> None:
        self._templates = templates

    def unsubscribe(self, languages: str, *, done: bool) -> str:
        """Return the page for who reads some languages (as in ``Accept-Language``)."""
        wanted = [
            match[1].lower()
            for part in languages.split(",")[:10]
            if (match := _LANGUAGE.match(part))
        ]
        for language in [*wanted, FALLBACK]:
            page = self._templates.page(f"unsubscribe.{language}.html", done=done)
            if page is not None:
                return page
        raise LookupError("the page for unsubscribing is missing")
