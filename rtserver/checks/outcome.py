"""The outcomes of a check: it is well, or warns, or failed, or had nothing to try."""

from typing import NamedTuple


class CheckFailed(Exception):
    """The failure of a check; the message names the setting, and what to change."""


class Skipped(Exception):
    """The end of a check that had nothing to try; the message says why."""


class Warned(Exception):
    """The end of a check of what works, but shouldn't stay; the message says why."""


class Result(NamedTuple):
    """One line of ``rtserver check``; what was ``skipped`` or ``warned`` is ``ok``."""

    name: str
    ok: bool
    message: str
    skipped: bool = False
    warned: bool = False
