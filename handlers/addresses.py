"""The table of addresses, by which a request finds its handler."""

import re
from collections.abc import Iterable
from typing import Any, Final, NamedTuple

from tornado.escape import url_unescape

from handlers.base import BaseHandler

_PLACEHOLDER: Final = re.compile(r"\{([a-z_]+)\}")
_ID: Final = "[1-9][0-9]{0,15}"


class Target(NamedTuple):
    """A handler, what it is initialized with, and what its methods get."""

    handler: type[BaseHandler]
    settings: dict[str, Any]
    args: list[bytes]


class Addresses:
    """The addresses of a table of routes; ``fallback`` serves all others.

    A trailing slash is optional. Most have no placeholders and are looked up, since to
    compare an address with one route after the other takes longer than to serve some.
    """

    def __init__(
        self,
        routes: Iterable[tuple[str, type[BaseHandler]]],
        fallback: type[BaseHandler],
        **settings: Any,
    ) -> None:
        self._fallback = Target(fallback, {**settings, "route": "(unknown)"}, [])
        self._fixed: dict[str, Target] = {}
        self._patterns: list[tuple[re.Pattern[str], Target]] = []
        for path, handler in routes:
            target = Target(handler, {**settings, "route": path}, [])
            if "{" in path:
                self._patterns.append((_pattern(path, handler), target))
            else:
                self._fixed[path] = self._fixed[path + "/"] = target

    def target(self, path: str) -> Target:
        """Return who serves a path, as it stands in a request."""
        return self._fixed.get(path) or self._matching(path)

    def _matching(self, path: str) -> Target:
        for pattern, target in self._patterns:
            if found := pattern.fullmatch(path):
                return target._replace(args=[*map(_unescaped, found.groups())])
        return self._fallback


def _pattern(path: str, handler: type[BaseHandler]) -> re.Pattern[str]:
    def value(placeholder: re.Match[str]) -> str:
        return f"({handler.placeholders.get(placeholder[1], _ID)})"

    return re.compile(_PLACEHOLDER.sub(value, path.replace(".", r"\.")) + "/?")


def _unescaped(value: str) -> bytes:
    return url_unescape(value, encoding=None, plus=False)
