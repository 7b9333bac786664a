"""One rule of what a locale is, for settings, users and templates."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rtserver.settings.locales import (
    is_locale,
    language_of,
    lookup_order,
    meant_locale,
    normal_locale,
)


@pytest.mark.parametrize(
    ("text", "locale"),
    [
        ("uk", "uk"),
        ("UK", "uk"),
        ("uk-UA", "uk-UA"),
        ("uk_UA", "uk-UA"),
        ("UK-ua", "uk-UA"),
        ("uk_ua", "uk-UA"),
        ("ZH_hant_tw", "zh-Hant-TW"),
        ("sr-LATN", "sr-Latn"),
        ("es-419", "es-419"),
        ("DE-1901", "de-1901"),
        ("fil", "fil"),
    ],
)
def test_every_spelling_of_a_locale_is_kept_as_one(text, locale):
    assert normal_locale(text) == locale


@pytest.mark.parametrize(
    "text",
    [
        *("", "e", "english", "Українська", "uk-", "-uk", "uk--UA", "uk UA", "uk/UA"),
        *("uk\n", "../uk", "uk_UA.UTF-8", "C", "uk-UA-u", "en" + "-aa" * 20),
    ],
)
def test_what_is_no_locale_has_no_usual_spelling(text):
    assert normal_locale(text) is None


@given(st.text() | st.text("-_aZ09"))
def test_the_usual_spelling_is_a_locale_and_its_own_usual_spelling(text):
    locale = normal_locale(text)

    assert locale is None or (is_locale(locale) and normal_locale(locale) == locale)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("ua", "uk"),
        ("ua_UA", "uk-UA"),
        ("UKR", "uk"),
        ("Ukrainian", "uk"),
        ("english", "en"),
        ("US", "en"),
        ("uk_UA.UTF-8", "uk-UA"),
        ("de_DE@euro", "de-DE"),
    ],
)
def test_a_slip_is_told_from_what_was_meant(text, meant):
    assert meant_locale(text) == meant


@pytest.mark.parametrize("text", ["", "uk", "uk_UA", "PL", "klingon", ".", "@", "-"])
def test_what_is_right_or_nothing_known_is_no_slip(text):
    assert meant_locale(text) == ""


@pytest.mark.parametrize("locale", ["uk", "uk-UA", "uk_UA", "UK"])
def test_the_language_of_a_locale_is_found_in_any_spelling(locale):
    assert language_of(locale) == "uk"


@pytest.mark.parametrize(
    ("locale", "names"),
    [
        ("uk", ["uk"]),
        ("uk-UA", ["uk-UA", "uk"]),
        ("uk_UA", ["uk_UA", "uk-UA", "uk"]),
        ("", [""]),
    ],
)
def test_a_locale_is_looked_up_by_itself_and_then_by_its_language(locale, names):
    assert lookup_order(locale) == names
