"""Values that a field may not take, and how they are put into a request."""

import copy
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

OK = "ok"

# Not JSON by any standard: over HTTP they are a 400, the rest a 422.
NO_JSON = {name: name for name in ("NaN", "Infinity", "-Infinity")}
# What no store or browser takes: refused wherever it stands.
NEVER = {
    **NO_JSON,
    "1e400": "1e400",
    "400 digits": "9" * 400,
    "a lone surrogate": r'"\ud800"',
    "a surrogate as a key": r'{"\ud800":1}',
    "20 000 levels": "[" * 20_000 + "]" * 20_000,
}
# Right for some field, and wrong for all others.
VALUES = {
    "null": "null",
    "true": "true",
    "1.5": "1.5",
    "-1": "-1",
    "2^53": str(2**53),
    "2^63": str(2**63),
    "an id of nobody": str(2**53 - 1),
    "no text": '""',
    "text": '"x"',
    "NUL": r'"\u0000"',
    "100 KB": '"' + "x" * 100_000 + '"',
    "a list": "[]",
    "a list in a list": "[[]]",
    "an object": "{}",
}
TEXTS = ("no text", "text", "NUL", "100 KB")
NUMBERS = ("1.5", "-1", "2^53", "2^63", "an id of nobody")

_HOLE = "@hole@"
_STEP = re.compile(r"\.?([^.\[\]]+)|\[(\d+)\]")


def answers(code: Any, *names: str) -> dict[str, Any]:
    """Say that these values of a field are answered by ``code``."""
    return dict.fromkeys(names, code)


class Case(NamedTuple):
    """One value at one place; ``expected`` is None where it must be a bad request."""

    path: str
    name: str
    text: str
    expected: Any


def cases(
    body: Any,
    fields: Mapping[str, Mapping[str, Any]],
    optional: frozenset[str],
    never: Mapping[str, str] = NEVER,
) -> Iterator[Case]:
    """Yield every wrong value of every field, and every field left out."""
    for path, special in fields.items():
        for name, value in {**never, **VALUES}.items():
            yield Case(path, name, put(body, path, value), special.get(name))
        if path not in optional:
            yield Case(path, "missing", put(body, path, None), None)
    for name, value in never.items():
        text = json.dumps({**body, "more": _HOLE}).replace(f'"{_HOLE}"', value)
        yield Case("more", name, text, None)


def plain(value: Any) -> Any:
    """Return a column's value as it can be compared: the driver's views show none."""
    return bytes(value) if isinstance(value, memoryview) else value


def put(body: Any, path: str, value: str | None) -> str:
    """Write a body as JSON, with other JSON at a path, or with nothing there."""
    body = copy.deepcopy(body)
    *steps, last = [name or int(index) for name, index in _STEP.findall(path)]
    holder = body
    for step in steps:
        holder = holder[step]
    if value is None:
        del holder[last]
        return json.dumps(body)
    holder[last] = _HOLE
    return json.dumps(body).replace(f'"{_HOLE}"', value)
