"""The outcomes of a check: it is well, it failed, or it had nothing to try."""

from typing import NamedTuple


class CheckFailed(Exception):
    """The failure of a check; the message names the setting, and what to change."""


class Skipped(Exception):
    """The end of a check that had nothing to try; the message says why."""


class Result(NamedTuple):
    """One line of ``rtserver check``; what was ``skipped`` is ``ok``."""

    name: str
    ok: bool
    message: str
    skipped: bool = False
