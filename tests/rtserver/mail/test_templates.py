from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser

import pytest

from rtserver.mail.events import ACCOUNT_MAILS, EVENTS
from rtserver.mail.templates import SHIPPED, Letter, MailTemplates, TemplateFailed
from rtserver.settings.locales import OFFERED

START = datetime(2026, 12, 1, 22, 30, tzinfo=UTC)
LETTER = Letter(
    event="lesson.scheduled",
    user={"id": 2, "name": "Тарас", "locale": "uk", "timezone": "Europe/Kyiv"},
    data={"lesson_id": 3, "by": {"id": 1, "name": "Олена"}, "tutor": {"name": "Олена"}},
    lesson={
        "id": 3,
        "title": "Алгебра <1> & ще",
        "starts_at": START,
        "ends_at": START + timedelta(hours=1),
    },
    base_url="https://school.example",
    unsubscribe_url="https://school.example/api/notifications/unsubscribe/x",
    more={"messages": [{"author": "Іван", "text": "<b>Привіт</b>", "at": START}]},
)
LOCALES = OFFERED


def letter(event="lesson.scheduled", locale="uk", **changes):
    return replace(
        LETTER, event=event, user=LETTER.user | {"locale": locale}, **changes
    )


@pytest.fixture
def own(tmp_path):
    """A school's folder, and the templates with it."""
    return tmp_path, MailTemplates(tmp_path)


@pytest.mark.parametrize(
    ("locale", "until"),
    [
        ("en", "until Wednesday, 2 December 2026, 00:30"),
        ("uk", "до 2 грудня 2026, 00:30"),
    ],
)
@pytest.mark.parametrize("event", ACCOUNT_MAILS)
def test_mails_of_accounts_say_until_when_their_link_counts(event, locale, until):
    more = {"link": "https://school.example/password#rtl_x", "expires_at": START}
    account = letter(event, locale, data={"replaces": True}, lesson=None, more=more)

    text = MailTemplates().render(account)

    for part in (text.text, text.html):
        assert until in part and more["link"] in part


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("event", EVENTS)
def test_every_event_is_shipped_in_both_languages(event, locale):
    files = [
        SHIPPED / f"{event}.{locale}.{kind}" for kind in ("subject", "txt", "html")
    ]
    text = MailTemplates().render(letter(event, locale))

    assert all(file.is_file() for file in files)
    assert text.locale == locale
    assert "Алгебра <1> & ще" in text.subject
    assert "Алгебра <1> & ще" in text.text
    assert "Алгебра &lt;1&gt; &amp; ще" in text.html
    for part in (text.text, text.html):
        assert "Тарас" in part and "unsubscribe/x" in part
        assert "https://school.example" in part


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("event", EVENTS)
def test_missing_values_show_as_nothing(event, locale):
    bare = Letter(event, {"locale": locale}, {}, None, "", "")

    text = MailTemplates().render(bare)

    for part in (text.subject, text.text, text.html):
        assert part.strip()
        assert "None" not in part and "Undefined" not in part and "{" not in part[:200]


class Strict(HTMLParser):
    """Checks that tags are closed as they were opened; gathers what is loaded."""

    void = frozenset({"meta", "br", "hr", "img"})

    def __init__(self):
        super().__init__()
        self.open = []
        self.loaded = []

    def handle_starttag(self, tag, attrs):
        if tag not in self.void:
            self.open.append(tag)
        if tag in ("img", "script", "link", "iframe"):
            self.loaded.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("event", EVENTS)
def test_html_is_well_formed_and_loads_nothing(event, locale):
    reader = Strict()

    html = MailTemplates().render(letter(event, locale)).html
    reader.feed(html)

    assert reader.open == [] and reader.loaded == []
    assert "url(" not in html and "prefers-color-scheme: dark" in html


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize(
    "event", ["lesson.scheduled", "lesson.rescheduled", "lesson.cancelled"]
)
def test_no_file_is_promised_where_there_is_no_lesson(event, locale):
    with_one = MailTemplates().render(letter(event, locale))
    without = MailTemplates().render(letter(event, locale, lesson=None))

    attached = {"en": "attached", "uk": "Долучений"}[locale]
    assert attached in with_one.text and attached in with_one.html
    assert attached not in without.text and attached not in without.html


def test_other_languages_fall_back_to_english_and_regions_to_their_language():
    templates = MailTemplates()

    assert templates.locale_for("lesson.scheduled", "uk-UA") == "uk"
    assert templates.locale_for("lesson.scheduled", "pt-BR") == "en"
    assert templates.locale_for("homework.graded", "en") is None


def test_a_user_who_got_the_schools_locale_with_an_underscore_reads_ukrainian():
    text = MailTemplates().render(letter(locale="uk_UA"))

    assert text.locale == "uk"
    assert "Для вас заплановано новий урок" in text.text


def test_a_schools_file_for_a_region_goes_before_that_of_the_language(own):
    folder, templates = own
    (folder / "lesson.scheduled.uk-UA.txt").write_text("Вітаємо!")

    assert templates.locale_for("lesson.scheduled", "uk_UA") == "uk-UA"
    assert templates.locale_for("lesson.scheduled", "uk-ua") == "uk-UA"
    assert templates.locale_for("lesson.scheduled", "uk") == "uk"


def test_a_file_in_the_spelling_that_a_user_has_is_found(own):
    folder, templates = own
    (folder / "lesson.scheduled.pt_BR.txt").write_text("Bem-vindo!")

    text = templates.render(letter(locale="pt_BR"))

    assert text.text == "Bem-vindo!\n"


def test_a_school_replaces_single_files(own):
    folder, templates = own
    (folder / "lesson.scheduled.uk.subject").write_text("Наш урок: {{ lesson.title }}")
    (folder / "footer.uk.html").write_text("Школа «Сова»")

    text = templates.render(letter())

    assert text.subject == "Наш урок: Алгебра <1> & ще"
    assert "Школа «Сова»" in text.html and "Школа «Сова»" not in text.text
    assert "У вас новий урок" in text.html


def test_a_school_gives_an_event_of_its_own_a_mail(own):
    folder, templates = own
    (folder / "homework.graded.en.txt").write_text(
        "{{ user.name }}: {{ data.items }} of {{ data.score }}"
    )

    text = templates.render(
        letter("homework.graded", data={"items": 5, "score": "<7>"})
    )

    assert templates.events().count("homework.graded") == 1
    assert text.subject == "homework graded"
    assert text.text == "Тарас: 5 of <7>\n"
    assert "5 of &lt;7&gt;" in text.html


def test_a_text_is_made_from_html_where_there_is_none(own):
    folder, templates = own
    (folder / "homework.graded.en.html").write_text(
        "<head><style>p{}</style></head><p>Well done,</p><p>{{ user.name }}!</p>"
    )

    text = templates.render(letter("homework.graded"))

    assert text.text.split() == ["Well", "done,", "Тарас!"]


def test_an_event_whose_only_template_fails_says_so(own):
    folder, templates = own
    (folder / "homework.graded.en.txt").write_text("{{ 1 / 0 }}")

    with pytest.raises(TemplateFailed):
        templates.render(letter("homework.graded"))


def test_control_characters_of_data_are_left_out():
    text = MailTemplates().render(
        letter("chat.message", more={"messages": [{"text": "a\x00b\x1b[31m"}]})
    )

    assert "ab[31m" in text.text and "ab[31m" in text.html


def test_chat_is_escaped_in_html_and_plain_in_text():
    text = MailTemplates().render(letter("chat.message"))

    assert "&lt;b&gt;Привіт&lt;/b&gt;" in text.html
    assert "<b>Привіт</b>" in text.text


def test_who_was_taken_out_of_a_lesson_is_told_so():
    text = MailTemplates().render(
        letter("lesson.cancelled", "en", data={"removed": True})
    )

    assert "no longer" in text.text and "no longer" in text.html
