import unicodedata
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rtserver.errors import Invalid
from rtserver.input.text import (
    check_key,
    clean_email,
    clean_locale,
    clean_text,
    clean_timezone,
    email_key,
)

ANY_TEXT = st.text(st.characters(exclude_categories=()))


def refused(clean, *args, **kwargs):
    with pytest.raises(Invalid) as caught:
        clean(*args, **kwargs)
    return caught.value


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ("  Algebra  ", "Algebra"),
        ("\u3000Алгебра\u00a0", "Алгебра"),
        ("שלום\u200e abc", "שלום\u200e abc"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("👩‍👩‍👧", "👩‍👩‍👧"),
    ],
)
def test_text_is_trimmed_and_otherwise_kept(value, kept):
    assert clean_text(value, path="title", maximum=20) == kept


@pytest.mark.parametrize("char", ["\0", "\t", "\n", "\r", "\x1b", "\x7f", "\x85"])
@pytest.mark.parametrize("value", ["a{}b", "{}a", "a{}"])
def test_a_control_character_is_refused_anywhere(value, char):
    error = refused(clean_text, value.format(char), path="title", maximum=20)

    assert error.faults[0].path == "title"
    assert "control" in error.message


def test_text_of_several_lines_may_hold_line_feeds_and_tabs():
    clean = clean_text("\na\n\tb\u2028c\n", path="text", maximum=20, multiline=True)

    assert clean == "a\n\tb\u2028c"


@pytest.mark.parametrize("char", ["\0", "\r", "\x0b", "\x0c", "\x85", "\x9b"])
def test_text_of_several_lines_may_hold_no_other_control_character(char):
    refused(clean_text, f"a{char}b", path="text", maximum=20, multiline=True)


@pytest.mark.parametrize("separator", ["\u2028", "\u2029"])
def test_a_line_separator_is_refused_in_a_single_line(separator):
    refused(clean_text, f"a{separator}b", path="title", maximum=20)


def test_a_lone_surrogate_is_refused():
    assert "surrogate" in refused(clean_text, "a\ud800", path="t", maximum=9).message


def test_characters_are_counted_after_trimming():
    assert clean_text(" " * 9 + "я" * 5, path="t", maximum=5) == "я" * 5
    assert clean_text("😀" * 5, path="t", maximum=5)
    assert "at most 5" in refused(clean_text, "a" * 6, path="t", maximum=5).message


@pytest.mark.parametrize("blank", ["  ", "\u200b\u2060", "\u200d", "\u3164 \u2800"])
def test_blank_text_is_refused(blank):
    assert "at least 1" in refused(clean_text, blank, path="t", maximum=5).message


# An override, an embedding, an isolate, and spaces that have no width.
@pytest.mark.parametrize("char", "\u202e\u202a\u2067\u2069\u200b\ufeff\u00ad")
def test_what_is_invisible_is_taken_out_of_a_line(char):
    disguised = f"{char}Ole{char}na{char}"

    assert clean_text(disguised, path="name", maximum=5) == "Olena"
    assert clean_text(disguised, path="text", maximum=9, multiline=True) == disguised
    assert "invisible" in refused(clean_email, f"ole{char}na@school.example").message


@pytest.mark.parametrize(
    "email",
    [
        "olena@school.example",
        "o'brien+math.1@sub.school.example",
        "admin@localhost",
        "учень@школа.укр",
        "a@" + ".".join(["b" * 61] * 4),
    ],
)
def test_an_address_that_can_be_mailed_is_kept(email):
    assert clean_email(f" {email} ") == email


@pytest.mark.parametrize(
    "email",
    [
        "",
        "olena",
        "@school.example",
        "olena@",
        "olena@school..example",
        "olena@.example",
        "olena@school.example.",
        "olena@-school.example",
        "olena@sch_ool.example",
        "erased-7@Erased.invalid",
        "olena@" + "a" * 64 + ".example",
        "a" * 65 + "@school.example",
        "a@" + ".".join(["b" * 63] * 4),
        "a@" + ".".join(["\u0958" * 31] * 5),
        "a@b@school.example",
        "a b@school.example",
        "a,b@school.example",
        "a\n@school.example",
        "a\u2028@school.example",
        "Olena <olena@school.example>",
        '"a"@school.example',
        ".a@school.example",
        "a..b@school.example",
        "=?utf-8?q?Bcc=3A?=@school.example",
        "a\ud800@school.example",
        "a\0@school.example",
        "ﬃ" * 64 + "@" + ".".join(["ﬃ" * 62] * 3),
    ],
)
def test_any_other_address_is_refused(email):
    assert refused(clean_email, email).faults[0].path == "email"


def test_a_refusal_does_not_repeat_what_was_typed():
    assert "secret" not in refused(clean_email, "secret@@").message
    assert "secret" not in refused(clean_text, "secret\0", path="t", maximum=9).message


@given(ANY_TEXT)
def test_no_text_raises_anything_but_invalid(text):
    for clean in (clean_email, clean_locale, clean_timezone):
        try:
            clean(text)
        except Invalid as error:
            assert error.faults


@given(st.emails())
def test_an_address_of_the_standard_is_cleaned_once_and_for_all(email):
    try:
        clean = clean_email(email)
    except Invalid:
        return
    assert clean_email(clean) == clean


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Olena@School.Example", "olena@school.example"),
        ("ОЛЕНА@школа.укр", "олена@ШКОЛА.УКР"),
        (unicodedata.normalize("NFD", "їжак@a.b"), "їжак@a.b"),
        ("STRASSE@a.b", "straße@a.b"),
        (" a@b.c ", "a@b.c"),
    ],
)
def test_addresses_that_look_the_same_have_one_key(one, other):
    assert email_key(one) == email_key(other)


@given(st.text())
def test_a_key_is_its_own_key(text):
    assert email_key(email_key(text)) == email_key(text)


def test_what_is_too_long_for_an_address_is_never_composed(monkeypatch):
    lengths = []

    def composed(form, text):
        lengths.append(len(text))
        return text

    # It takes the square of the accents' number: of a megabyte, minutes.
    monkeypatch.setattr(unicodedata, "normalize", composed)
    accents = "a" + "\u0301\u0316" * 500_000

    assert str(refused(clean_email, accents)) == "email: at most 254 characters, please"
    assert len(email_key(accents)) < 2000
    assert max(lengths) < 2000


@pytest.mark.parametrize("name", ["Europe/Kyiv", "UTC", "America/Argentina/Ushuaia"])
def test_a_zone_of_the_iana_list_is_kept(name):
    assert ZoneInfo(clean_timezone(name))


@pytest.mark.parametrize(
    "name",
    ["", "europe/kyiv", "Kyiv", "+02:00", "../etc/passwd", "Factory", "localtime"],
)
def test_any_other_zone_is_refused(name):
    assert refused(clean_timezone, name).faults[0].path == "timezone"


@pytest.mark.parametrize("locale", ["en", "uk", "pt-BR", "zh-Hant-TW", "fil"])
def test_a_language_tag_is_kept(locale):
    assert clean_locale(locale) == locale


@pytest.mark.parametrize(
    "locale", ["", "e", "EN", "en_US", "en-", "en\n", "../en", "en" + "-aa" * 20]
)
def test_any_other_locale_is_refused(locale):
    assert refused(clean_locale, locale).faults[0].path == "locale"


@pytest.mark.parametrize("key", ["a", " a ", "x" * 64, "ключ", "c3b0-01"])
def test_a_key_is_kept_as_it_is(key):
    assert check_key(key, path="client_id") == key


@pytest.mark.parametrize("key", ["", "x" * 65, "\0", "a\n", "\ud800"])
def test_any_other_key_is_refused(key):
    assert refused(check_key, key, path="client_id").faults[0].path == "client_id"
