"""Types of settings: from text to value and back: numbers, words, lists, paths.

A parser raises InvalidValue with a clause that names the text, such as ``"80a" is not
a whole number``; the loader adds which key it was and what the key expects.
"""

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from email.utils import getaddresses
from json import dumps
from pathlib import Path
from typing import Any, Generic, TypeVar

from rtserver.settings.errors import did_you_mean
from rtserver.settings.locales import meant_locale, normal_locale
from rtserver.settings.masked import SecretStr, mask_url
from rtserver.settings.timezones import timezones

T = TypeVar("T")

MIN_SECRET_BYTES = 32
_TEN_YEARS = 315_360_000.0
_INTEGER = re.compile(r"-?\d{1,18}", re.ASCII)
_NUMBER = re.compile(r"-?\d{1,18}(\.\d{1,18})?", re.ASCII)
_LABEL = re.compile(r"[A-Za-z0-9_.:-]{1,64}", re.ASCII)
_HOST = re.compile(r"[A-Za-z0-9_.:%-]{1,253}", re.ASCII)


class InvalidValue(ValueError):
    """A text that isn't of a setting's type; the clause never holds a secret."""


@dataclass(frozen=True, slots=True)
class SettingType(Generic[T]):
    """A type of settings: how a value is read from text, and written.

    ``expects`` completes the sentence "Give …". ``parse`` raises InvalidValue, and
    reads what ``format`` has written as the same value.
    """

    expects: str
    parse: Callable[[str], T]
    format: Callable[[Any], str] = str


def quoted(text: str) -> str:
    """Return ``text`` in quotes for a mistake, shortened, passwords masked."""
    masked = mask_url(text)
    return dumps(masked if len(masked) <= 60 else masked[:57] + "…", ensure_ascii=False)


def require_text(text: str) -> str:
    """Return ``text``, which must be given and hold visible characters only."""
    if not text:
        raise InvalidValue("the value is empty")
    return require_printable(text)


def require_printable(text: str) -> str:
    """Return ``text``, which may be empty, if it has no invisible characters."""
    if "\n" in text:
        raise InvalidValue(
            "the value goes over several lines (an indented line continues the one "
            "above)"
        )
    if not text.isprintable():
        raise InvalidValue("the value holds an invisible character")
    return text


def matching(pattern: re.Pattern[str], expects: str, problem: str) -> SettingType[str]:
    """Return the type of texts that match ``pattern`` as a whole."""

    def parse(text: str) -> str:
        if not pattern.fullmatch(require_text(text)):
            raise InvalidValue(f"{quoted(text)} {problem}")
        return text

    return SettingType(expects, parse)


def _comment_hint(text: str) -> str:
    inline = re.search(r"\s[;#]", text)
    return " (a comment needs a line of its own)" if inline else ""


def _plain_hint(text: str) -> str:
    """Show how a number is written that is one in other places, as .5 or 1e3."""
    with suppress(ValueError):
        value = float(text.replace(",", ".", 1))
        if 0 <= value <= _TEN_YEARS:
            return f": write {format_number(value)}"
    return ""


def _bounded(value: float, low: float, high: float) -> None:
    if value < low:
        raise InvalidValue(f"{format_number(value)} is below {format_number(low)}")
    if value > high:
        raise InvalidValue(f"{format_number(value)} is above {format_number(high)}")


def format_number(value: float) -> str:
    """Write a number the way one would type it: ``900``, not ``900.0``."""
    return f"{value:.10f}".rstrip("0").rstrip(".")


def integer(low: int, high: int) -> SettingType[int]:
    """Return the type of whole numbers from ``low`` to ``high``."""

    def parse(text: str) -> int:
        if not _INTEGER.fullmatch(require_text(text)):
            hint = _comment_hint(text)
            raise InvalidValue(f"{quoted(text)} is not a whole number{hint}")
        _bounded(int(text), low, high)
        return int(text)

    return SettingType(f"a whole number from {low} to {high}", parse)


def number(low: float, high: float, unit: str) -> SettingType[float]:
    """Return the type of finite numbers, fractions allowed, counted in ``unit``."""

    def parse(text: str) -> float:
        if not _NUMBER.fullmatch(require_text(text)):
            hint = _comment_hint(text) or _plain_hint(text)
            raise InvalidValue(f"{quoted(text)} is not a number of {unit}{hint}")
        _bounded(float(text), low, high)
        return float(text)

    expects = f"{unit}, at least {format_number(low)}, such as 30 or 0.5"
    return SettingType(expects, parse, format_number)


def seconds(low: float = 0.001) -> SettingType[float]:
    """Return the type of durations in seconds."""
    return number(low, _TEN_YEARS, "seconds")


def choice(*names: str) -> SettingType[str]:
    """Return the type of one of ``names``, in any case."""

    def parse(text: str) -> str:
        for name in names:
            if text.lower() == name.lower():
                return name
        near = did_you_mean(require_text(text), names)
        hint = f"; did you mean {near}?" if near else _comment_hint(text)
        raise InvalidValue(f"{quoted(text)} is not one of these{hint}")

    return SettingType("one of " + ", ".join(names), parse)


def list_of(item: SettingType[T], expects: str) -> SettingType[tuple[T, ...]]:
    """Return the type of lists of ``item``: commas between, each value kept once."""

    def parse(text: str) -> tuple[T, ...]:
        values: dict[T, None] = {}
        wrong: list[str] = []
        for part in filter(None, map(str.strip, re.split(r"[,\n]", text))):
            try:
                values[item.parse(part)] = None
            except InvalidValue as invalid:
                wrong.append(str(invalid))
        if wrong:
            raise InvalidValue("; ".join(wrong))
        return tuple(values)

    return SettingType(
        expects, parse, lambda values: ", ".join(map(item.format, values))
    )


def non_empty(inner: SettingType[tuple[T, ...]]) -> SettingType[tuple[T, ...]]:
    """Return a type of lists that may not be empty."""

    def parse(text: str) -> tuple[T, ...]:
        values = inner.parse(text)
        if not values:
            raise InvalidValue("the list is empty")
        return values

    return SettingType(inner.expects, parse, inner.format)


def optional(inner: SettingType[T]) -> SettingType[T | None]:
    """Return a type that may be left empty, which reads as None."""

    def parse(text: str) -> T | None:
        return inner.parse(text) if text else None

    def format_inner(value: T | None) -> str:
        return "" if value is None else inner.format(value)

    return SettingType(f"{inner.expects}, or nothing", parse, format_inner)


def _path(text: str) -> Path:
    if require_text(text).startswith("~"):
        raise InvalidValue(f"{quoted(text)}: ~ isn't expanded here")
    return Path(text)


def _format_path(path: Path) -> str:
    return str(path) if path.is_absolute() else f"./{path}"


def _secret(text: str) -> SecretStr:
    length = len(require_printable(text).encode())
    if text and length < MIN_SECRET_BYTES:
        raise InvalidValue(f"the secret has {length} bytes, too few to be safe")
    return SecretStr(text)


def _locale(text: str) -> str:
    locale, meant = normal_locale(require_text(text)), meant_locale(text)
    if locale is None or meant:
        hint = f"; did you mean {meant}?" if meant else ""
        raise InvalidValue(f"{quoted(text)} is not a language code{hint}")
    return locale


def _timezone(text: str) -> str:
    if require_text(text) not in timezones():
        near = did_you_mean(text, sorted(timezones()))
        hint = f"; did you mean {near}?" if near else ""
        raise InvalidValue(f"{quoted(text)} is not a time zone{hint}")
    return text


def _sender(text: str) -> str:
    if not text:
        return text
    # Only with a sender: Python's e-mail package takes a megabyte.
    from email.errors import MessageError
    from email.headerregistry import Address

    addresses = getaddresses([require_printable(text)])
    try:
        domains = [Address(addr_spec=address).domain for _, address in addresses]
    except (MessageError, ValueError, IndexError):
        domains = []
    if len(domains) != 1 or not domains[0]:
        raise InvalidValue(f"{quoted(text)} is not one e-mail address")
    return text


def _switch(text: str) -> bool:
    return _TRUE_OR_FALSE.parse(text) == "true"


_TRUE_OR_FALSE = choice("true", "false")
SWITCH = SettingType("true or false", _switch, lambda value: str(value).lower())
TEXT = SettingType("a text, or nothing", require_printable)
PATH = SettingType("a path", _path, _format_path)
OPTIONAL_PATH = optional(PATH)
SECRET = SettingType(
    f"at least {MIN_SECRET_BYTES} bytes, as `openssl rand -base64 48` makes them, "
    "or nothing",
    _secret,
)
PASSWORD = SettingType(
    "a password, or nothing", lambda text: SecretStr(require_printable(text))
)
HOST = matching(_HOST, "an IP address or a host name", "is not a host")
LABEL = matching(
    _LABEL,
    "1 to 64 of the characters A-Z a-z 0-9 _ . : -",
    "has other characters, or more than 64",
)
LOCALE = SettingType("a language such as en, uk or uk-UA", _locale)
TIMEZONE = SettingType("a time zone such as UTC or Europe/Kyiv", _timezone)
SENDER = SettingType(
    "an address such as `School <no-reply@school.example>`, or nothing", _sender
)

COUNT = integer(1, 1_000_000_000)
BYTES = integer(256, 1_073_741_824)
