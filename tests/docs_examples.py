"""Read the examples of the documentation, and compare them with what is true."""

import json
import re
import shlex
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"

FRAMES = re.compile(r"^(Client|Server):\n\n```json\n(.*?)^```$", re.M | re.S)
EXCHANGE = re.compile(
    r"^```sh\n(curl .*?)^```$\n\nAnswer: `([0-9]{3})`\n(?:\n```json\n(.*?)^```$)?",
    re.M | re.S,
)
TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z")
CUT = "…"


class Exchange(NamedTuple):
    """One documented request and its answer; ``answer`` is None where none is shown."""

    method: str
    url: str
    headers: list[str]
    body: str | None
    status: int
    answer: Any


def page(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def section(text: str, title: str) -> str:
    """Return what stands below a heading, up to the next one that isn't deeper."""
    found = re.search(rf"^(#+) {re.escape(title)}$", text, re.M)
    assert found, title
    rest = text[found.end() :]
    end = re.search(rf"^#{{1,{len(found[1])}}} ", rest, re.M)
    return rest[: end.start()] if end else rest


def rows(text: str) -> list[list[str]]:
    """Return the cells of all tables, without their heads."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    cells = [[cell.strip() for cell in line[1:-1].split("|")] for line in lines]
    rules = [number for number, row in enumerate(cells) if set(row[0]) == {"-"}]
    heads = {line for number in rules for line in (number - 1, number)}
    return [row for number, row in enumerate(cells) if number not in heads]


def code(cell: str) -> list[str]:
    """Return what is set as code in a cell or text."""
    return re.findall(r"`([^`\n]+)`", cell)


def frames(text: str, side: str) -> list[dict[str, Any]]:
    """Return the frames that the Client or the Server sends, in their order."""
    found = [block for who, block in FRAMES.findall(text) if who == side]
    return [frame for block in found for frame in values(block)]


def values(text: str) -> Iterator[Any]:
    """Read one JSON value after the other."""
    decoder, position = json.JSONDecoder(), 0
    while text[position:].strip():
        position += len(text[position:]) - len(text[position:].lstrip())
        value, position = decoder.raw_decode(text, position)
        yield value


def exchanges(text: str, known: Mapping[str, str]) -> Iterator[Exchange]:
    """Yield the requests by curl; ``known`` are the shell's variables.

    It is looked into for each request anew, so what an answer gave can be put there.
    """
    for command, status, answer in EXCHANGE.findall(text):
        method, url, headers, body = _curl(command, known)
        shown = json.loads(answer) if answer else None
        yield Exchange(method, url, headers, body, int(status), shown)


def _curl(
    command: str, known: Mapping[str, str]
) -> tuple[str, str, list[str], str | None]:
    for name, value in known.items():
        command = re.sub(rf"\${name}\b", lambda _, value=value: value, command)
    words = iter(shlex.split(command.replace("\\\n", " "))[1:])
    method, url, headers, body = "", "", [], None
    for word in words:
        match word:
            case "-X":
                method = next(words)
            case "-H":
                headers.append(next(words))
            case "-o":
                next(words)
            case "-d" | "--data-binary":
                body = next(words)
            case _:
                url = word
    return method or ("GET" if body is None else "POST"), url, headers, body


def alike(shown: Any, real: Any) -> bool:
    """Return whether an example is what really comes, but for times and cut values."""
    match shown:
        case dict():
            same = isinstance(real, dict) and shown.keys() == real.keys()
            return same and all(alike(shown[key], real[key]) for key in shown)
        case list():
            same = isinstance(real, list) and len(shown) == len(real)
            return same and all(map(alike, shown, real))
        case str() if shown.endswith(CUT):
            return isinstance(real, str) and len(real) > len(shown)
        case str() if TIME.fullmatch(shown):
            return isinstance(real, str) and bool(TIME.fullmatch(real))
    return bool(shown == real)


def slugs(text: str) -> set[str]:
    """Return the anchors of a page's headings, as GitHub names them."""
    titles = re.findall(
        r"^#+ (.+)$", re.sub(r"^```.*?^```$", "", text, flags=re.M | re.S), re.M
    )
    return {
        re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles
    }


def links(text: str) -> list[str]:
    """Return the relative links of a page."""
    found = re.findall(r"\]\(([^)\s]+)\)", text)
    return [link for link in found if not re.match(r"[a-z]+:", link)]
