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


class Counters:
    """Counts since the start of the process; changed on the loop alone.

    Frames sent are ``durable`` (none is ever left out), ``latest`` (a newer one
    replaces an unsent older one: ``replaced``), ``volatile`` (left out for a slow
    reader: ``dropped``) and ``control`` (answers, ``welcome``, pings, pongs and close
    frames). ``limited`` are commands over a connection's rate.
    """

    __slots__ = (
        "bytes_in",
        "bytes_out",
        "closed",
        "commands",
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
        self.commands: dict[str, int] = {UNKNOWN: 0}
        codes = [*map(int, CloseCode), *_OTHER_CODES]
        self.closed: dict[str, int] = dict.fromkeys([*map(str, codes), OTHER], 0)
        self.refused: dict[str, int] = {}

    def expect(self, commands: Collection[str], refusals: Collection[str]) -> None:
        """Name the types of commands, and the reasons to refuse a handshake."""
        self.commands |= dict.fromkeys(commands, 0)
        self.refused |= dict.fromkeys(refusals, 0)

    def command(self, type: str) -> None:
        """Count a command; types that nobody knows are counted together."""
        try:
            self.commands[type] += 1
        except KeyError:
            self.commands[UNKNOWN] += 1

    def ended(self, code: int) -> None:
        """Count the end of a connection; codes of the client's own count together."""
        key = str(code)
        self.closed[key if key in self.closed else OTHER] += 1
