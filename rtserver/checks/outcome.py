"""How a check ends: well, badly, or not at all."""

from typing import NamedTuple


class CheckFailed(Exception):
    """Something doesn't work; the message names its key and what to change."""


class Skipped(Exception):
    """There was nothing to try out; the message says why."""


class Result(NamedTuple):
    """One line of ``rtserver check``; what was ``skipped`` is ``ok``."""

    name: str
    ok: bool
    message: str
    skipped: bool = False
