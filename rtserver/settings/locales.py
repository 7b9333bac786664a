"""Locales: which texts are one, in which spelling it is kept, and its language.

A locale is a language tag (BCP 47): a language such as ``uk``, and perhaps a script
and a region, as in ``zh-Hant-TW``.
"""

import re

# The languages of mails and pages.
OFFERED = ("en", "uk")
MAX_LOCALE = 35
LOCALE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
# What people write for the two languages that mails are shipped in. Most have the form
# of a code ("ua" is the country's) and would pass, but mails would not be in them.
_SLIPS = {
    "ua": "uk",
    "ukr": "uk",
    "ukrainian": "uk",
    "gb": "en",
    "us": "en",
    "eng": "en",
    "english": "en",
}


def is_locale(text: str) -> bool:
    """Return whether a text is a locale; case is free but for the language's."""
    return len(text) <= MAX_LOCALE and LOCALE.fullmatch(text) is not None


def normal_locale(text: str) -> str | None:
    """Return the usual spelling of a locale, or None for what is none.

    ``uk_UA`` and ``UK-ua`` are ``uk-UA`` (RFC 5646, 2.1.1).
    """
    language, *subtags = text.replace("_", "-").split("-")
    locale = "-".join([language.lower(), *map(_normal_subtag, subtags)])
    return locale if is_locale(locale) else None


def _normal_subtag(subtag: str) -> str:
    if len(subtag) == 2:  # a region
        return subtag.upper()
    return subtag.title() if len(subtag) == 4 else subtag.lower()  # a script, or other


def meant_locale(text: str) -> str:
    """Return the locale that a slip was meant for, or nothing.

    Such as a country in place of its language, or the ``uk_UA.UTF-8`` of a shell.
    """
    language, *subtags = re.split("[-_]", re.split("[.@]", text)[0])
    language = _SLIPS.get(language.lower(), language)
    meant = normal_locale("-".join([language, *subtags]))
    return meant if meant and meant != normal_locale(text) else ""


def language_of(locale: str) -> str:
    """Return the language of a locale in whatever spelling."""
    return re.split("[-_]", locale)[0].lower()


def lookup_order(locale: str) -> list[str]:
    """Return the names under which to look for something in a locale, best first.

    As it is given, in its usual spelling, and its language alone.
    """
    normal = normal_locale(locale) or locale
    return list(dict.fromkeys((locale, normal, language_of(locale))))
