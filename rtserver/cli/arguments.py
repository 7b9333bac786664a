"""Types of arguments: what argparse says where one is wrong is in our words."""

import argparse
import math
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from rtserver.cli.times import parse_time
from rtserver.settings.types import InvalidValue, integer


def typed(parse: Callable[[str], Any]) -> Callable[[str], Any]:
    """Wrap a parser of settings so that argparse says what is wrong in its words."""

    def read(text: str) -> Any:
        try:
            return parse(text)
        except InvalidValue as invalid:
            raise argparse.ArgumentTypeError(str(invalid)) from None

    return read


ID = typed(integer(1, 2**53 - 1).parse)


def moment(text: str) -> datetime:
    """Return a time as ``parse_time`` does."""
    try:
        return parse_time(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def http_url(text: str) -> str:
    """Return a server's address, which has no path."""
    if not re.fullmatch(r"https?://[^/?#\s]+/?", text):
        raise argparse.ArgumentTypeError("expected one such as http://127.0.0.1:8080")
    return text


def seconds(text: str) -> float:
    """Return a number of seconds, which may be a fraction."""
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not 0 < number < math.inf:
        raise argparse.ArgumentTypeError("expected a number of seconds above 0")
    return number
