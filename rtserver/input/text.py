"""Texts that people type, cleaned at the door, the same for every store.

Each function returns the value as it is to be kept, or raises ``Invalid`` at ``path``
with a sentence that doesn't repeat the value.
"""

import re
import unicodedata

from rtserver.errors import Invalid
from rtserver.settings.locales import is_locale
from rtserver.settings.timezones import timezones

# Category Cc, and the two separators that many programs take for line ends.
CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
CONTROLS_OF_LINES = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
SURROGATES = re.compile("[\ud800-\udfff]")
# What nobody sees, though it turns around what stands behind it (embeddings, overrides
# and isolates), or makes of one name another that looks the same.
INVISIBLES = r"\u00ad\u180e\u200b\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
INVISIBLE = re.compile(f"[{INVISIBLES}]")
# What is empty by itself: joiners, which Persian and emoji need, marks of direction,
# which Hebrew and Arabic need, and letters that are none.
BLANKS = r"\s\u034f\u061c\u115f\u1160\u17b4\u17b5\u200c-\u200f\u2800\u3164\uffa0"
BLANK = re.compile(f"[{BLANKS}]*")
MAX_EMAIL = 254
# Of its key, which the database has room for: a letter may become three by folding.
MAX_EMAIL_KEY = 508
# Of an address as it is typed. To compose many accents takes the square of their
# number, so whatever is longer isn't even looked at.
MAX_TYPED = 4 * MAX_EMAIL
# What an erased account has for an address; ``.invalid`` is nobody's (RFC 2606).
ERASED_DOMAIN = "erased.invalid"
MIN_PASSWORD = 8
MAX_PASSWORD = 256
MAX_KEY = 64
# What a mail header gives a meaning; dots only between other characters (RFC 5322).
LOCAL_PART = re.compile(r'[^\s.,:;<>()\[\]"\\@]+(\.[^\s.,:;<>()\[\]"\\@]+)*')
LABEL = re.compile(r"[^\W_]([^\W_]|-){0,61}[^\W_]|[^\W_]")


def clean_text(
    value: str,
    *,
    path: str,
    maximum: int,
    multiline: bool = False,
) -> str:
    """Trim text of 1 to ``maximum`` characters (code points).

    Control characters are refused, at the ends too; ``multiline`` allows line feeds
    and tabs. From a line, which is shown among others' names, what is invisible is
    taken out; direction marks and joiners stay, as some scripts need them.
    """
    if SURROGATES.search(value):
        raise Invalid.at(path, "a lone surrogate: send whole characters")
    if (CONTROLS_OF_LINES if multiline else CONTROLS).search(value):
        allowed = " other than line feed and tab" if multiline else ""
        raise Invalid.at(path, f"no control characters{allowed} are allowed")
    text = value.strip() if multiline else INVISIBLE.sub("", value).strip()
    if not text or (not multiline and BLANK.fullmatch(text)):
        raise Invalid.at(path, "at least 1 character(s), please")
    if len(text) > maximum:
        raise Invalid.at(path, f"at most {maximum} characters, please")
    return text


def check_key(value: str, *, path: str) -> str:
    """Return, unchanged, a name of 1 to 64 characters that a program made up."""
    if SURROGATES.search(value) or CONTROLS.search(value):
        raise Invalid.at(path, "no control characters or lone surrogates are allowed")
    if not 1 <= len(value) <= MAX_KEY:
        raise Invalid.at(path, f"1 to {MAX_KEY} characters, please")
    return value


def clean_email(value: str, *, path: str = "email") -> str:
    """Trim an address and compose its letters (NFC); one that can't be mailed raises.

    Domains may be international, and need no dot (``admin@localhost``).
    """
    if len(value) > MAX_TYPED:
        raise Invalid.at(path, f"at most {MAX_EMAIL} characters, please")
    if INVISIBLE.search(value):
        raise Invalid.at(path, "there is an invisible character in it: type it anew")
    composed = unicodedata.normalize("NFC", value)
    email = clean_text(composed, path=path, maximum=MAX_EMAIL)
    local, _, domain = email.rpartition("@")
    # "=?" would start an encoded word, whose decoding can hold anything.
    local_fits = LOCAL_PART.fullmatch(local) and len(local) <= 64 and "=?" not in local
    domain_fits = all(LABEL.fullmatch(label) for label in domain.split("."))
    if not local_fits or not domain_fits:
        raise Invalid.at(path, "expected an address such as olena@school.example")
    if domain.casefold() == ERASED_DOMAIN:
        raise Invalid.at(path, f"addresses of {ERASED_DOMAIN} stand for erased people")
    if len(email_key(email)) > MAX_EMAIL_KEY:
        raise Invalid.at(path, "too long with its letters in lower case: shorten it")
    return email


def email_key(email: str) -> str:
    """Return what is equal for addresses that differ in case or composition only.

    What is too long for an address is cut.
    """
    typed = email.strip()[:MAX_TYPED]
    folded = unicodedata.normalize("NFC", typed).casefold()
    return unicodedata.normalize("NFC", folded)


def clean_timezone(value: str) -> str:
    """Return the IANA name of a time zone."""
    if value not in timezones():
        raise Invalid.at("timezone", "expected an IANA time zone such as Europe/Kyiv")
    return value


def clean_locale(value: str, *, path: str = "locale") -> str:
    """Return a locale such as ``en``, ``uk`` or ``pt-BR``."""
    if not is_locale(value):
        raise Invalid.at(path, "expected a language such as en, uk or pt-BR")
    return value
