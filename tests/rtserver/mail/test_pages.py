"""The page behind a mail's unsubscribe link."""

from pathlib import Path

import pytest

from rtserver.mail.pages import MailPages
from rtserver.mail.templates import MailTemplates

PAGES = MailPages(MailTemplates())
UKRAINIAN, ENGLISH = 'lang="uk"', 'lang="en"'


@pytest.mark.parametrize(
    ("languages", "shown"),
    [
        ("uk", UKRAINIAN),
        ("uk-UA,uk;q=0.9,en;q=0.8", UKRAINIAN),
        ("de-DE, UK;q=0.5", UKRAINIAN),
        ("en-GB,uk;q=0.1", ENGLISH),
        ("de", ENGLISH),
        ("", ENGLISH),
        ("*, ;q=1, ../../etc/passwd", ENGLISH),
        ("de," * 10 + "uk", ENGLISH),
    ],
)
def test_the_page_is_in_the_first_language_that_there_is(
    languages: str, shown: str
) -> None:
    assert shown in PAGES.unsubscribe(languages, done=False)


def test_it_asks_first_and_tells_afterwards() -> None:
    before, after = (PAGES.unsubscribe("en", done=done) for done in (False, True))

    assert "<form" in before and 'method="post"' in before.lower()
    assert "<form" not in after


def test_a_school_may_have_a_page_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "unsubscribe.de.html").write_text("Abbestellen?")
    pages = MailPages(MailTemplates(tmp_path))

    assert pages.unsubscribe("de-AT", done=False) == "Abbestellen?"
    assert ENGLISH in pages.unsubscribe("fr", done=False)
