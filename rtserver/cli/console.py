"""The terminal, or whatever stands in its place: answers, messages and questions."""

import getpass
import sys
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import msgspec

from rtserver.errors import Invalid

# Returns a text as it is to be kept, or raises Invalid.
Clean = Callable[[str], str]


class UsageError(Exception):
    """A command line that can't be understood, or asks for something impossible."""


class Console:
    """The caller's end of a command: a person at a terminal, or a script.

    Answers go to stdout, as one JSON value if ``json``; all else goes to stderr.
    """

    def __init__(self, *, json: bool) -> None:
        self.json = json

    def answer(self, value: Any, text: str) -> None:
        """Print the command's result: ``value`` as JSON, or else ``text``."""
        if self.json:
            text = msgspec.json.encode(value).decode()
        print(text, flush=True)

    def tell(self, text: str) -> None:
        """Print something that isn't the result."""
        print(text, file=sys.stderr, flush=True)

    @property
    def is_terminal(self) -> bool:
        """Return whether there is a person to be asked."""
        return sys.stdin is not None and sys.stdin.isatty()

    def ask(self, question: str, default: str = "", clean: Clean = str) -> str:
        """Ask the person at the terminal; nothing but Enter gives the default.

        What ``clean`` refuses is asked for again. EOFError where they end the input.
        """
        hint = f" [{default}]" if default else ""
        while True:
            print(f"{question}{hint}: ", end="", file=sys.stderr, flush=True)
            line = self._line()
            if not line:
                raise EOFError
            try:
                return clean(line.strip() or default)
            except Invalid as fault:
                self.tell(f"{fault}. Once more, please.")

    def ask_new_password(self, question: str, clean: Clean) -> str:
        """Ask for a password, unseen, until it is typed twice alike, or left empty."""
        while password := getpass.getpass(f"{question}: ", sys.stderr):
            try:
                clean(password)
            except Invalid as fault:
                self.tell(f"{fault}. Once more.")
                continue
            if password == getpass.getpass("Again: ", sys.stderr):
                break
            self.tell("These two aren't the same. Once more, please.")
        return password

    def password_from_stdin(self) -> str:
        """Read the password that a script hands over: the first line of stdin."""
        password = self._line().rstrip("\r\n")
        if not password:
            raise UsageError("--password-stdin: there is no password on stdin.")
        return password

    def _line(self) -> str:
        return sys.stdin.readline() if sys.stdin is not None else ""


def table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Lay out rows in columns under their heads."""
    lines = [[*heads], *([str(cell) for cell in row] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(
            cell.ljust(width) for cell, width in zip(line, widths, strict=True)
        ).rstrip()
        for line in lines
    )
