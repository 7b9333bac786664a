"""Read an INI file, keeping for every value the line it stands on.

``configparser`` stops at the first double key and forgets the lines, but an
administrator wants all mistakes at once, and where they are. The format is its own:
sections in brackets, ``key = value`` or ``key: value``, comments on lines of their own
(``#`` or ``;``), and a value goes on where the next line is indented further.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from rtserver.settings.errors import Mistake, SettingsError

_SECTION = re.compile(r"\[([^\[\]]+)\]")
_ENTRY = re.compile(r"([^=:]+?)\s*[=:]\s*(.*)")


class Given(NamedTuple):
    """A value as it was given, and where."""

    text: str
    source: str


@dataclass(slots=True)
class IniFile:
    """What a file holds: sections in their spelling, keys in lower case."""

    path: str
    sections: dict[str, str] = field(default_factory=dict)
    values: dict[tuple[str, str], Given] = field(default_factory=dict)
    mistakes: list[Mistake] = field(default_factory=list)


class _Line(NamedTuple):
    number: int
    indent: int
    text: str


def read_ini(path: str) -> IniFile:
    """Read the file at ``path``; what can't be read is among its ``mistakes``."""
    found = IniFile(path)
    try:
        text = _decode(path)
    except SettingsError as error:
        found.mistakes.extend(error.mistakes)
        return found
    reader = _Reader(found)
    for line in _lines(text):
        reader.take(line)
    return found


def _decode(path: str) -> str:
    try:
        content = Path(path).read_bytes()
    except OSError as error:
        why = f"The configuration file {path} can't be read: {error.strerror}."
        advice = "Check its name and rights, or leave --config out."
        raise SettingsError([Mistake("", "", why, advice)]) from None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        source = f"{path} line {line}"
        advice = "Save the file in that encoding."
        mistake = Mistake("", "", "This is not UTF-8.", advice, source)
        raise SettingsError([mistake]) from None


def _lines(text: str) -> Iterator[_Line]:
    for number, raw in enumerate(text.split("\n"), 1):
        stripped = raw.strip()
        if stripped and stripped[0] not in "#;":
            yield _Line(number, len(raw) - len(raw.lstrip()), stripped)


class _Reader:
    """Takes lines one by one; knows the section and entry that they belong to."""

    def __init__(self, found: IniFile) -> None:
        self._found = found
        self._section = ""
        self._entry: tuple[str, str] | None = None
        self._indent = 0

    def take(self, line: _Line) -> None:
        if self._entry and line.indent > self._indent:
            self._continue(self._entry, line)
        elif header := _SECTION.fullmatch(line.text):
            self._section, self._entry = header[1].strip(), None
            self._found.sections.setdefault(self._section, self._where(line))
        elif entry := _ENTRY.fullmatch(line.text):
            self._enter((self._section, entry[1].lower()), entry[2], line)
        else:
            # The line isn't shown: it may be the end of a secret.
            self._report(line, "This is neither a [section] nor a key = value.")

    def _enter(self, entry: tuple[str, str], text: str, line: _Line) -> None:
        self._entry, self._indent = entry, line.indent
        where = self._where(line)
        if not self._section:
            self._report(line, "This key stands before the first [section].")
        elif first := self._found.values.get(entry):
            problem = f"The key was given before, at {first.source}."
            mistake = Mistake(*entry, problem, "Keep one of them.", where)
            self._found.mistakes.append(mistake)
        self._found.values[entry] = Given(text, where)

    def _continue(self, entry: tuple[str, str], line: _Line) -> None:
        before = self._found.values[entry]
        text = f"{before.text}\n{line.text}".strip()
        self._found.values[entry] = before._replace(text=text)

    def _where(self, line: _Line) -> str:
        return f"{self._found.path} line {line.number}"

    def _report(self, line: _Line, problem: str) -> None:
        advice = "Mend or remove the line."
        mistake = Mistake("", "", problem, advice, self._where(line))
        self._found.mistakes.append(mistake)
