"""Counters of what goes through this process's sockets, as plain numbers.

A counter of a library costs more than what it counts here: a frame to one of a
thousand connections. Whoever asks for the figures reads these.
"""

from collections.abc import Collection

from rtserver.errors import CloseCode

# Sent by no one, but told of connections: see RFC 6455 7.4.1; 1011 is our own fault.
_OTHER_CODES = (1005, 1006, 1011)
OTHER = "other"
UNKNOWN = "unknown"


class _Tally:
    """A number that is counted up: a dict of numbers takes three times as long."""

    __slots__ = ("number",)

    def __init__(self) -> None:
        self.number = 0


class Counters:
    """Counts since the start of the process; changed on the loop alone.

    Frames sent are ``durable`` (none is ever left out), ``latest`` (a newer one
    replaces an unsent older one: ``replaced``), ``volatile`` (left out for a slow
    reader: ``dropped``) and ``control`` (answers, ``welcome``, pings, pongs and close
    frames). ``limited`` are commands over a connection's rate.
    """

    __slots__ = (
        "_commands",
        "_unknown",
        "bytes_in",
        "bytes_out",
        "closed",
        "control",
        "dropped",
        "durable",
        "latest",
        "limited",
        "opened",
        "refused",
        "replaced",
        "volatile",
    )

    def __init__(self) -> None:
        self.bytes_in = self.bytes_out = 0
        self.durable = self.latest = self.control = self.replaced = 0
        self.volatile = self.dropped = 0
        self.opened = self.limited = 0
        self._unknown = _Tally()
        self._commands = {UNKNOWN: self._unknown}
        codes = [*map(int, CloseCode), *_OTHER_CODES]
        self.closed: dict[str, int] = dict.fromkeys([*map(str, codes), OTHER], 0)
        self.refused: dict[str, int] = {}

    def expect(self, commands: Collection[str], refusals: Collection[str]) -> None:
        """Name the types of commands, and the reasons to refuse a handshake."""
        self._commands |= {type: _Tally() for type in commands}
        self.refused |= dict.fromkeys(refusals, 0)

    def command(self, type: str) -> None:
        """Count a command; types that nobody knows are counted together."""
        tally = self._commands.get(type)
        if tally is None:
            tally = self._unknown
        tally.number += 1

    @property
    def commands(self) -> dict[str, int]:
        """Return how many commands there were of each type."""
        return {type: tally.number for type, tally in self._commands.items()}

    def ended(self, code: int) -> None:
        """Count the end of a connection; codes of the client's own count together."""
        key = str(code)
        self.closed[key if key in self.closed else OTHER] += 1
