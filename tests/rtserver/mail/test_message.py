from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rtserver.mail.draft import MailDraft, Sheet, Unsendable
from rtserver.mail.message import compose, plain

DRAFT = MailDraft(
    sender="Школа <no-reply@школа.example>",
    name="Тарас",
    address="taras@example.org",
    subject="Урок: алгебра",
    text="Привіт\n",
    html="<p>Привіт</p>",
    message_id="<mail-1@school.example>",
    date=datetime(2026, 11, 23, 10, 0, tzinfo=UTC),
    unsubscribe_url="https://school.example/api/notifications/unsubscribe/" + "a" * 90,
)
HEADERS = [
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "Auto-Submitted",
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
    "MIME-Version",
    "Content-Type",
]


def read(mail):
    return message_from_bytes(mail.raw, policy=policy.default)


def test_a_mail_has_text_html_and_the_headers_of_unsubscribing():
    message = read(compose(DRAFT))

    assert message.keys() == HEADERS
    assert message["Subject"] == "Урок: алгебра"
    assert message["List-Unsubscribe"] == f"<{DRAFT.unsubscribe_url}>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message.get_body(("plain",)).get_content().split() == ["Привіт"]
    assert message.get_body(("html",)).get_content().strip() == "<p>Привіт</p>"


def test_a_mail_is_ascii_on_the_wire_and_its_lines_are_short():
    mail = compose(replace(DRAFT, subject="Довга назва уроку " * 10))

    assert mail.raw.isascii() and not mail.utf8
    lines = [line for line in mail.raw.split(b"\r\n") if b"unsubscribe/" not in line]
    assert max(map(len, lines)) <= 78


def test_a_long_subject_begins_on_its_own_line():
    subject = "Cancelled: a lesson with a long name, " + "24 November 2026, " * 5

    raw = compose(replace(DRAFT, subject=subject)).raw

    assert f"\r\nSubject: {subject.strip()}\r\n".encode() in raw


def test_domains_beyond_ascii_are_encoded():
    mail = compose(replace(DRAFT, address="taras@школа.example"))

    assert mail.recipient == "taras@xn--80atdl2c.example"
    assert mail.sender == "no-reply@xn--80atdl2c.example"


def test_a_local_part_beyond_ascii_needs_smtputf8():
    mail = compose(replace(DRAFT, address="їжак@example.org"))

    assert mail.utf8
    assert mail.recipient == "їжак@example.org"


def test_a_calendar_goes_along_with_its_method():
    mail = compose(replace(DRAFT, sheet=Sheet(b"BEGIN:VCALENDAR\r\n", "CANCEL")))

    (part,) = read(mail).iter_attachments()
    assert part.get_content_type() == "text/calendar"
    assert part["Content-Type"].params["method"] == "CANCEL"
    assert part.get_filename() == "invite.ics"


ATTACKS = [
    "Hi\r\nBcc: evil@example.org",
    "=?utf-8?q?Hi=0ABcc=3A_evil=40example.org?=",
    "==??utf-8?q?Hi=0D=0ABcc=3A_evil=40example.org?=",
    "Hi\u2028Bcc: evil@example.org",
    "Hi\x85Bcc: evil@example.org",
    "Hi\x0b\x0cBcc: evil@example.org\x00",
    "Hi \ud800",
]


@pytest.mark.parametrize(
    "subject",
    [
        "Algebra — " + "щ" * 40 + " Урок naïve =3D é",
        "a" * 60 + " é Алгебра",
    ],
)
def test_a_subject_with_long_words_arrives_as_it_is(subject):
    assert read(compose(replace(DRAFT, subject=subject)))["Subject"] == subject


@pytest.mark.parametrize("attack", ATTACKS)
def test_neither_title_nor_name_adds_a_header_or_recipient(attack):
    mail = compose(replace(DRAFT, subject=attack, name=attack))

    message = read(mail)
    assert message.keys() == HEADERS
    assert [a.addr_spec for a in message["To"].addresses] == ["taras@example.org"]
    assert "\n" not in message["Subject"] and "=?" not in str(message["Subject"])


@given(st.text(max_size=120), st.text(max_size=60))
def test_whatever_a_title_or_name_holds_the_headers_stay(subject, name):
    try:
        mail = compose(replace(DRAFT, subject=subject, name=name))
    except Unsendable:
        return
    message = read(mail)
    assert message.keys() == HEADERS
    assert len(message["To"].addresses) == 1


@given(st.text(alphabet='=?_utf-8qbQB ЖїA\r\n"<>,@\\', max_size=80))
def test_texts_like_encoded_words_arrive_as_plain_text(subject):
    message = read(compose(replace(DRAFT, subject=subject, name=subject)))

    assert " ".join(str(message["Subject"]).split()) == plain(subject)


@pytest.mark.parametrize(
    "address",
    [
        "bob@example.org, evil@example.org",
        "a@b@example.org",
        "<a@example.org>",
        "a b@example.org",
        "nobody",
        "a@example.org\nBcc: evil@example.org",
        "=?utf-8?q?a=2Cb?=@example.org",
        "",
    ],
)
def test_what_is_not_one_address_is_never_mailed(address):
    with pytest.raises(Unsendable):
        compose(replace(DRAFT, address=address))


def test_without_a_link_there_are_no_headers_about_unsubscribing():
    message = read(compose(replace(DRAFT, unsubscribe_url="")))

    assert message["List-Unsubscribe"] is None
    assert message["List-Unsubscribe-Post"] is None
