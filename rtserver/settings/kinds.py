"""How the text of a setting becomes a value, and back: numbers, words, lists, paths.

A parser raises ``Unfit`` with a clause that names the text, such as ``"80a" is not a
whole number``; the loader adds which key it was and what the key takes.
"""

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from email.utils import getaddresses
from json import dumps
from pathlib import Path
from typing import Any, Generic, TypeVar

from rtserver.locales import meant_locale, normal_locale
from rtserver.settings.errors import did_you_mean
from rtserver.settings.masked import Secret, mask_url
from rtserver.timezones import timezones

T = TypeVar("T")

MIN_SECRET_BYTES = 32
_TEN_YEARS = 315_360_000.0
_WHOLE = re.compile(r"-?\d{1,18}", re.ASCII)
_NUMBER = re.compile(r"-?\d{1,18}(\.\d{1,18})?", re.ASCII)
_LABEL = re.compile(r"[A-Za-z0-9_.:-]{1,64}", re.ASCII)
_HOST = re.compile(r"[A-Za-z0-9_.:%-]{1,253}", re.ASCII)


class Unfit(ValueError):
    """A text that isn't a value of its kind; the clause never holds a secret."""


@dataclass(frozen=True, slots=True)
class Kind(Generic[T]):
    """One kind of value; ``takes`` completes the sentence "Give …"."""

    takes: str
    parse: Callable[[str], T]
    show: Callable[[Any], str] = str


def quoted(text: str) -> str:
    """Return ``text`` in quotes for a mistake, shortened, passwords masked."""
    masked = mask_url(text)
    return dumps(masked if len(masked) <= 60 else masked[:57] + "…", ensure_ascii=False)


def require(text: str) -> str:
    """Return ``text``, which must be given and hold visible characters only."""
    if not text:
        raise Unfit("the value is empty")
    return visible(text)


def visible(text: str) -> str:
    """Return ``text``, which may be empty, if it has no invisible characters."""
    if "\n" in text:
        raise Unfit(
            "the value goes over several lines (an indented line continues the one "
            "above)"
        )
    if not text.isprintable():
        raise Unfit("the value holds an invisible character")
    return text


def matching(pattern: re.Pattern[str], takes: str, problem: str) -> Kind[str]:
    """Make the kind of texts that match ``pattern`` as a whole."""

    def parse(text: str) -> str:
        if not pattern.fullmatch(require(text)):
            raise Unfit(f"{quoted(text)} {problem}")
        return text

    return Kind(takes, parse)


def _comment_hint(text: str) -> str:
    inline = re.search(r"\s[;#]", text)
    return " (a comment needs a line of its own)" if inline else ""


def _plain_hint(text: str) -> str:
    """Show how a number is written that is one in other places, as .5 or 1e3."""
    with suppress(ValueError):
        value = float(text.replace(",", ".", 1))
        if 0 <= value <= _TEN_YEARS:
            return f": write {show_number(value)}"
    return ""


def _bounded(value: float, low: float, high: float) -> None:
    if value < low:
        raise Unfit(f"{show_number(value)} is below {show_number(low)}")
    if value > high:
        raise Unfit(f"{show_number(value)} is above {show_number(high)}")


def show_number(value: float) -> str:
    """Write a number the way one would type it: ``900``, not ``900.0``."""
    return f"{value:.10f}".rstrip("0").rstrip(".")


def whole(low: int, high: int) -> Kind[int]:
    """Make the kind of whole numbers from ``low`` to ``high``."""

    def parse(text: str) -> int:
        if not _WHOLE.fullmatch(require(text)):
            hint = _comment_hint(text)
            raise Unfit(f"{quoted(text)} is not a whole number{hint}")
        _bounded(int(text), low, high)
        return int(text)

    return Kind(f"a whole number from {low} to {high}", parse)


def number(low: float, high: float, unit: str) -> Kind[float]:
    """Make the kind of finite numbers, fractions allowed, counted in ``unit``."""

    def parse(text: str) -> float:
        if not _NUMBER.fullmatch(require(text)):
            hint = _comment_hint(text) or _plain_hint(text)
            raise Unfit(f"{quoted(text)} is not a number of {unit}{hint}")
        _bounded(float(text), low, high)
        return float(text)

    takes = f"{unit}, at least {show_number(low)}, such as 30 or 0.5"
    return Kind(takes, parse, show_number)


def seconds(low: float = 0.001) -> Kind[float]:
    """Make the kind of durations in seconds."""
    return number(low, _TEN_YEARS, "seconds")


def choice(*names: str) -> Kind[str]:
    """Make the kind of one of ``names``, in any case."""

    def parse(text: str) -> str:
        for name in names:
            if text.lower() == name.lower():
                return name
        near = did_you_mean(require(text), names)
        hint = f"; did you mean {near}?" if near else _comment_hint(text)
        raise Unfit(f"{quoted(text)} is not one of these{hint}")

    return Kind("one of " + ", ".join(names), parse)


def several(item: Kind[T], takes: str) -> Kind[tuple[T, ...]]:
    """Make the kind of lists of ``item``: commas between, each value kept once."""

    def parse(text: str) -> tuple[T, ...]:
        values: dict[T, None] = {}
        wrong: list[str] = []
        for part in filter(None, map(str.strip, re.split(r"[,\n]", text))):
            try:
                values[item.parse(part)] = None
            except Unfit as unfit:
                wrong.append(str(unfit))
        if wrong:
            raise Unfit("; ".join(wrong))
        return tuple(values)

    return Kind(takes, parse, lambda values: ", ".join(map(item.show, values)))


def at_least_one(kind: Kind[tuple[T, ...]]) -> Kind[tuple[T, ...]]:
    """Make a kind of lists that may not be empty."""

    def parse(text: str) -> tuple[T, ...]:
        values = kind.parse(text)
        if not values:
            raise Unfit("the list is empty")
        return values

    return Kind(kind.takes, parse, kind.show)


def optional(kind: Kind[T]) -> Kind[T | None]:
    """Make a kind that may be left empty, which reads as None."""

    def parse(text: str) -> T | None:
        return kind.parse(text) if text else None

    def show(value: T | None) -> str:
        return "" if value is None else kind.show(value)

    return Kind(f"{kind.takes}, or nothing", parse, show)


def _path(text: str) -> Path:
    if require(text).startswith("~"):
        raise Unfit(f"{quoted(text)}: ~ isn't expanded here")
    return Path(text)


def _show_path(path: Path) -> str:
    return str(path) if path.is_absolute() else f"./{path}"


def _secret(text: str) -> Secret:
    length = len(visible(text).encode())
    if text and length < MIN_SECRET_BYTES:
        raise Unfit(f"the secret has {length} bytes, too few to be safe")
    return Secret(text)


def _locale(text: str) -> str:
    locale, meant = normal_locale(require(text)), meant_locale(text)
    if locale is None or meant:
        hint = f"; did you mean {meant}?" if meant else ""
        raise Unfit(f"{quoted(text)} is not a language code{hint}")
    return locale


def _timezone(text: str) -> str:
    if require(text) not in timezones():
        near = did_you_mean(text, sorted(timezones()))
        hint = f"; did you mean {near}?" if near else ""
        raise Unfit(f"{quoted(text)} is not a time zone{hint}")
    return text


def _sender(text: str) -> str:
    if not text:
        return text
    # Only with a sender: Python's e-mail package takes a megabyte.
    from email.errors import MessageError
    from email.headerregistry import Address

    addresses = getaddresses([visible(text)])
    try:
        domains = [Address(addr_spec=address).domain for _, address in addresses]
    except (MessageError, ValueError, IndexError):
        domains = []
    if len(domains) != 1 or not domains[0]:
        raise Unfit(f"{quoted(text)} is not one e-mail address")
    return text


TEXT = Kind("a text, or nothing", visible)
PATH = Kind("a path", _path, _show_path)
OPTIONAL_PATH = optional(PATH)
SECRET = Kind(
    f"at least {MIN_SECRET_BYTES} bytes, as `openssl rand -base64 48` makes them, "
    "or nothing",
    _secret,
)
PASSWORD = Kind("a password, or nothing", lambda text: Secret(visible(text)))
HOST = matching(_HOST, "an IP address or a host name", "is not a host")
LABEL = matching(
    _LABEL,
    "1 to 64 of the characters A-Z a-z 0-9 _ . : -",
    "has other characters, or more than 64",
)
LOCALE = Kind("a language such as en, uk or uk-UA", _locale)
TIMEZONE = Kind("a time zone such as UTC or Europe/Kyiv", _timezone)
SENDER = Kind(
    "an address such as `School <no-reply@school.example>`, or nothing", _sender
)

COUNT = whole(1, 1_000_000_000)
BYTES = whole(256, 1_073_741_824)
