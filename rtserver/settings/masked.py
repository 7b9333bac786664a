"""Values that must never be printed: they mask themselves, ``reveal`` returns them."""

import re

_USERINFO = re.compile(r"://.*@", re.DOTALL)
_PASSWORD = re.compile(r"([?&](?:\w*password|passwd)=)[^&#]*", re.IGNORECASE)


def mask_url(text: str) -> str:
    """Return ``text`` without the user, the password and password parameters in it."""
    # Greedy up to the last "@": a password may hold "/", "@" or ":" unescaped.
    return _PASSWORD.sub(r"\1***", _USERINFO.sub("://***@", text))


class SecretStr:
    """A text that is never shown: as ``str``, formatted and in reprs it is ``***``."""

    __slots__ = ("_value",)

    def __init__(self, value: str = "") -> None:
        self._value = value

    def reveal(self) -> str:
        """Return the value itself; keep it away from logs and messages."""
        return self._value

    def __str__(self) -> str:
        return "***" if self._value else ""

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self)!r})"

    def __bool__(self) -> bool:
        return bool(self._value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SecretStr) and self._value == other._value

    def __hash__(self) -> int:
        return hash(self._value)


class SecretUrl(SecretStr):
    """A URL that may carry a password; all but that is shown."""

    __slots__ = ()

    def __str__(self) -> str:
        return mask_url(self._value)
