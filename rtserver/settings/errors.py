"""Errors in the settings, said so that an administrator can mend them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches


@dataclass(frozen=True, slots=True)
class ConfigError:
    """One wrong setting: a record, as all of them are reported at once.

    ``problem`` and ``advice`` are sentences. ``source`` is where the value was given:
    an environment variable, or a file and line. ``section`` and ``key`` are empty where
    the error belongs to no key.
    """

    section: str
    key: str
    problem: str
    advice: str
    source: str = ""

    def __str__(self) -> str:
        place = f"[{self.section}] {self.key}".strip() if self.section else self.key
        if self.source:
            place = f"{place} ({self.source})" if place else self.source
        said = f"{self.problem} {self.advice}".strip()
        return f"{place}: {said}" if place else said


class SettingsError(Exception):
    """The failure to use the settings; ``errors`` holds every ConfigError."""

    def __init__(self, errors: Sequence[ConfigError]) -> None:
        super().__init__("\n".join(map(str, errors)))
        self.errors = tuple(errors)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return the known word nearest to ``word``, case aside, or an empty string."""
    by_lower = {name.lower(): name for name in known}
    near = get_close_matches(word.lower(), by_lower, n=1)
    return by_lower[near[0]] if near else ""
