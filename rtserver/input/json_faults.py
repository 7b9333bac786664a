"""Faults of a piece of JSON, and where they are: the slow path of ``decode``.

Paths are written as in ``payload.elements[3].x``. Where msgspec names the place, a key
that is no field of ours is ``[...]``, as in ``payload.since[...]``.
"""

import json
import re
import sys
from math import isinf
from typing import Any, NamedTuple

from rtserver.errors import Fault
from rtserver.input.field_types import FORMS

MAX_DEPTH = 16
# An opening bracket of either kind looks like [ and a closing one like ].
ONE_KIND = bytes.maketrans(b"{}", b"[]")
NOT_STRUCTURE = bytes(byte for byte in range(256) if byte not in b'"[]{}')
# Every run of brackets is one token. The closing quote is optional: without that, a
# string that never ends would be tried again from each of its escaped quotes.
TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"?|[\[{]+|[\]}]+', re.DOTALL)
# In marks every digit is a 0. Shorter numbers overflow only with a long exponent.
DIGITS = bytes.maketrans(b"123456789+", b"0000000000")
LONG_NUMBER = b"0" * 200
NUMBER_BYTES = b"0123456789.eE+-"
NUMBER = re.compile(rb"[0-9.eE+-]*")
SURROGATE = re.compile("[\ud800-\udfff]")
SCHEMA_MESSAGE = re.compile(
    r"(?P<what>.*?)(?: - at (?P<key>`key` in )?`\$(?P<path>[^`]*)`)?", re.DOTALL
)
FIELD_MESSAGE = re.compile(r"Object (missing required|contains unknown) field `(.*)`")
NAMES = {
    "int": "an integer",
    "float": "a number",
    "str": "a string",
    "bool": "true or false",
    "object": "an object",
    "array": "an array",
}
NOT_FINITE = "a number that is not finite"
# Keys past this are cut in a path.
MAX_KEY = 64


class ParsedDocument(NamedTuple):
    """JSON as far as it can be read; ``is_strict`` is False where NaN stands in it."""

    value: Any
    is_strict: bool


class _Found(NamedTuple):
    """A fault, and the steps that lead to it."""

    steps: list[str]
    message: str


def is_too_deep(data: bytes) -> bool:
    """Return whether valid JSON nests over 16 levels, at the speed of bytes methods."""
    data = _without_escapes(data)
    marks = data.translate(ONE_KIND, NOT_STRUCTURE)
    pairs = marks.replace(b'""', b"")
    # A quote that found no neighbour means brackets inside of strings: leave those out.
    if b'"' in pairs:
        pairs = b"".join(marks.split(b'"')[::2])
    for _ in range(MAX_DEPTH):
        pairs = pairs.replace(b"[]", b"")
    return bool(pairs)


def has_overflow(data: bytes) -> bool:
    """Return whether a very long number of valid JSON is infinite, at that speed too.

    Those with an exponent of three digits are the decoder's to find.
    """
    outside = b" ".join(_without_escapes(data).split(b'"')[::2])
    marks = outside.translate(DIGITS)
    start = marks.find(LONG_NUMBER)
    while start >= 0:
        before = outside[max(0, start - 2 * len(LONG_NUMBER)) : start]
        number = NUMBER.match(outside, start - _number_bytes_at_the_end_of(before))
        if number is None or isinf(float(number.group())):
            return True
        start = marks.find(LONG_NUMBER, number.end())
    return False


def _number_bytes_at_the_end_of(data: bytes) -> int:
    return len(data) - len(data.rstrip(NUMBER_BYTES))


def _without_escapes(data: bytes) -> bytes:
    """Leave out what is escaped in strings, as far as it bears on where they end."""
    if b"\\" not in data:
        return data
    return data.replace(b"\\\\", b"").replace(b'\\"', b"")


def read_leniently(data: bytes) -> ParsedDocument:
    """Read JSON with NaN, lone surrogates and any depth (cut at 17); else ValueError.

    UnicodeDecodeError and json.JSONDecodeError say why it can't be read at all.
    """
    text = data.decode()
    if is_too_deep(data):
        # json.loads would end in a RecursionError, a few hundred levels on.
        text = _prune(text)
    constants: list[str] = []

    def constant(name: str) -> float:
        constants.append(name)
        return float(name)

    value = json.loads(text, parse_constant=constant, parse_int=_integer)
    return ParsedDocument(value, is_strict=not constants)


def find_fault(value: Any, path: str) -> Fault | None:
    """Return the first place that no store or browser could take, or None."""
    found = _search(value, MAX_DEPTH)
    if found is None:
        return None
    return Fault(join(path, "".join(reversed(found.steps))), found.message)


def whole_numbers(value: Any) -> Any:
    """Return JSON with the integers written with a point, such as 3.0, as 3."""
    if isinstance(value, dict):
        return {key: whole_numbers(item) for key, item in value.items()}
    if isinstance(value, list):
        return [whole_numbers(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def schema_fault(message: str, prefix: str) -> Fault:
    """Turn msgspec's sentence into ours, with the path of the field it is about."""
    match = SCHEMA_MESSAGE.fullmatch(message)
    what = match["what"] if match else message
    path = (match["path"] if match else None) or ""
    field = FIELD_MESSAGE.fullmatch(what)
    if field:
        missing = field[1] == "missing required"
        text = "this field is required" if missing else "there is no such field"
        return Fault(join(prefix, f"{path}.{field[2]}"), text)
    in_key = "in a key: " if match and match["key"] else ""
    return Fault(join(prefix, path), in_key + _plain(what))


def join(prefix: str, path: str) -> str:
    """Append a path such as ``.elements[3].x`` or ``[0]`` to a prefix or to nothing."""
    return (prefix + path).removeprefix(".")


def _prune(text: str) -> str:
    """Empty whatever nests over 16 levels, so that the rest can be read."""
    kept: list[str] = []
    depth = start = 0
    for token in TOKEN.finditer(text):
        run = token.group()
        if run[0] in "[{":
            if depth <= MAX_DEPTH < depth + len(run):
                kept.append(text[start : token.start() + MAX_DEPTH + 1 - depth])
            depth += len(run)
        elif run[0] in "]}":
            if depth - len(run) <= MAX_DEPTH < depth:
                start = token.start() + depth - MAX_DEPTH - 1
            depth -= len(run)
    # Where the deep part never ends, this isn't JSON, and needn't become it.
    return "".join(kept) + (text[start:] if depth <= MAX_DEPTH else "")


def _integer(digits: str) -> float:
    # Longer ones are refused all the same; int() would take quadratic time, or raise.
    return int(digits) if len(digits) < 400 else float("inf")


def _search(value: Any, levels: int) -> _Found | None:
    if isinstance(value, str):
        return _Found([], "a lone surrogate") if SURROGATE.search(value) else None
    if isinstance(value, (int, float)):
        # Compared like this, NaN fails too, and an integer needn't become a float.
        finite = -sys.float_info.max <= value <= sys.float_info.max
        return None if finite else _Found([], NOT_FINITE)
    if isinstance(value, (dict, list)):
        if levels == 0:
            return _Found([], f"nested over {MAX_DEPTH} levels deep")
        return _search_inside(value, levels - 1)
    return None


def _search_inside(holder: dict[str, Any] | list[Any], levels: int) -> _Found | None:
    if isinstance(holder, list):
        for index, item in enumerate(holder):
            if found := _search(item, levels):
                found.steps.append(f"[{index}]")
                return found
        return None
    for key, item in holder.items():
        if SURROGATE.search(key):
            return _Found([], "a lone surrogate in a key")
        if found := _search(item, levels):
            found.steps.append(f".{key[:MAX_KEY]}")
            return found
    return None


def _plain(what: str) -> str:
    if "out of range" in what:
        return NOT_FINITE
    if what.startswith(("Invalid enum value", "Invalid value")):
        return "not one of the values allowed here"
    if not what.startswith("Expected "):
        return what
    for pattern, form in FORMS.items():
        if what.endswith(f"regex {pattern!r}"):
            return form
    sentence = re.sub("`([^`]+)`", _names, what.replace(", got ", ", not ", 1))
    return sentence[0].lower() + sentence[1:]


def _names(match: re.Match[str]) -> str:
    return " or ".join(NAMES.get(name, name) for name in match[1].split(" | "))
