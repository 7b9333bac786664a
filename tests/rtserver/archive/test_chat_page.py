"""The chat as a page."""

from dataclasses import replace
from html.parser import HTMLParser

from rtserver.archive.chat_page import ChatPage, Reader
from store.records import FileRecord, LessonRecord, MemberRecord, MessageRecord
from tests.lesson_school import ELEVEN, TEN

LESSON = LessonRecord(3, "<b>Fractions</b>", TEN, ELEVEN, "scheduled", 0, 0)
PEOPLE = [
    MemberRecord(3, 2, "Olena & co", "tutor", "accepted", "draw", 0),
    MemberRecord(3, 4, "Ira", "student", "invited", "draw", 0),
]
MESSAGE = MessageRecord(
    id=1,
    lesson_id=3,
    seq=1,
    created_seq=1,
    author_id=2,
    author_name="<i>Olena</i>",
    text="<script>alert(1)</script>\n½",
    created_at=TEN,
    edited_at=TEN,
    deleted=False,
    client_id=None,
    sent_digest=None,
)
FILE = FileRecord(
    *(1, "f_1", 3, 2, "chat", '"><script>.png', "image/png"), 9, "x", TEN, 1, None
)


class Seen(HTMLParser):
    """The tags, the text and the addresses of a page."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.text, self.links = set(), "", []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.links += [value for name, value in attrs if name in ("src", "href")]

    def handle_data(self, data):
        self.text += data


def page(*messages, locale="en", timezone="UTC"):
    written = ChatPage(Reader(locale, timezone))
    pieces = written.pieces(LESSON, PEOPLE, messages, ELEVEN)
    return Seen(b"".join(pieces).decode())


def test_all_that_people_wrote_is_text():
    seen = page(replace(MESSAGE, files=(FILE,)))

    assert "script" not in seen.tags and "i" not in seen.tags
    for written in (MESSAGE.text, MESSAGE.author_name, LESSON.title, FILE.name):
        assert written in seen.text
    assert seen.links == ["files/f_1.png"] * 2
    assert "Olena & co (tutor)" in seen.text and "Ira" not in seen.text


def test_a_document_is_a_link_and_no_picture():
    file = replace(FILE, type="application/pdf")

    seen = page(replace(MESSAGE, files=(file,)))

    assert seen.links == ["files/f_1.pdf"] and "img" not in seen.tags


def test_it_speaks_the_readers_language_by_their_clock():
    ukrainian = page(MESSAGE, locale="uk", timezone="Europe/Kyiv").text
    other = page(MESSAGE, locale="fr").text

    assert "вівторок, 1 грудня 2026" in ukrainian
    assert "12:00" in ukrainian and "змінено" in ukrainian
    assert "Tuesday, 1 December 2026" in other and "edited" in other


def test_an_empty_chat_says_so():
    assert "Nothing was said." in page().text
