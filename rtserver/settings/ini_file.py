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

from rtserver.settings.errors import ConfigError, SettingsError

_SECTION = re.compile(r"\[([^\[\]]+)\]")
_ENTRY = re.compile(r"([^=:]+?)\s*[=:]\s*(.*)")


class RawValue(NamedTuple):
    """The text of a setting before it is parsed, and where it was given."""

    text: str
    source: str


@dataclass(slots=True)
class IniFile:
    """An INI file as it was read: sections as they are spelt, keys in lower case.

    ``sections`` has the place of each section's first line.
    """

    path: str
    sections: dict[str, str] = field(default_factory=dict)
    values: dict[tuple[str, str], RawValue] = field(default_factory=dict)
    errors: list[ConfigError] = field(default_factory=list)


class _Line(NamedTuple):
    """A line of the file, and where it is."""

    number: int
    indent: int
    text: str


def read_ini(path: str) -> IniFile:
    """Read the file at ``path``; what can't be read is among its ``errors``."""
    file = IniFile(path)
    try:
        text = _decode(path)
    except SettingsError as error:
        file.errors.extend(error.errors)
        return file
    parser = _Parser(file)
    for line in _lines(text):
        parser.feed(line)
    return file


def _decode(path: str) -> str:
    try:
        content = Path(path).read_bytes()
    except OSError as error:
        why = f"The configuration file {path} can't be read: {error.strerror}."
        advice = "Check its name and rights, or leave --config out."
        raise SettingsError([ConfigError("", "", why, advice)]) from None
    try:
        # Editors on Windows write a byte order mark before the first line.
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        source = f"{path} line {line}"
        advice = "Save the file in that encoding."
        problem = ConfigError("", "", "This is not UTF-8.", advice, source)
        raise SettingsError([problem]) from None


def _lines(text: str) -> Iterator[_Line]:
    """Yield the lines that are neither blank nor comments."""
    # Not splitlines(): it also splits at characters that a value may hold (U+2028).
    for number, raw in enumerate(text.split("\n"), 1):
        stripped = raw.strip()
        if stripped and stripped[0] not in "#;":
            yield _Line(number, len(raw) - len(raw.lstrip()), stripped)


class _Parser:
    """The state between two lines: what section and entry the next may belong to.

    ``_indent`` is the entry's own: only a line that is indented further continues it.
    """

    def __init__(self, file: IniFile) -> None:
        self._file = file
        self._section = ""
        self._entry: tuple[str, str] | None = None
        self._indent = 0

    def feed(self, line: _Line) -> None:
        if self._entry and line.indent > self._indent:
            self._continue_value(self._entry, line)
        elif header := _SECTION.fullmatch(line.text):
            self._section, self._entry = header[1].strip(), None
            self._file.sections.setdefault(self._section, self._place(line))
        elif entry := _ENTRY.fullmatch(line.text):
            self._begin_value((self._section, entry[1].lower()), entry[2], line)
        else:
            # The line isn't shown: it may be the end of a secret.
            self._report(line, "This is neither a [section] nor a key = value.")

    def _begin_value(self, entry: tuple[str, str], text: str, line: _Line) -> None:
        self._entry, self._indent = entry, line.indent
        place = self._place(line)
        if not self._section:
            self._report(line, "This key stands before the first [section].")
        elif first := self._file.values.get(entry):
            problem = f"The key was given before, at {first.source}."
            error = ConfigError(*entry, problem, "Keep one of them.", place)
            self._file.errors.append(error)
        self._file.values[entry] = RawValue(text, place)

    def _continue_value(self, entry: tuple[str, str], line: _Line) -> None:
        before = self._file.values[entry]
        # With the line feed: a list is split there, any other value refuses it.
        text = f"{before.text}\n{line.text}".strip()
        self._file.values[entry] = before._replace(text=text)

    def _place(self, line: _Line) -> str:
        return f"{self._file.path} line {line.number}"

    def _report(self, line: _Line, problem: str) -> None:
        advice = "Mend or remove the line."
        error = ConfigError("", "", problem, advice, self._place(line))
        self._file.errors.append(error)
