"""The body of an HTTP request as it comes in."""


class ReceivedBody:
    """A body of which nothing is kept until it is wanted, and then within a bound.

    ``size`` counts all that came.
    """

    __slots__ = ("_chunks", "_most", "size")

    def __init__(self) -> None:
        self._chunks: list[bytes] = []
        self._most = self.size = 0

    def keep(self, most: int) -> None:
        """Keep what comes from now on, unless it is more than ``most`` bytes."""
        self._most = most

    def add(self, chunk: bytes) -> None:
        """Take what came in."""
        self.size += len(chunk)
        if self.size <= self._most:
            self._chunks.append(chunk)
        else:
            self._chunks.clear()

    def whole(self) -> bytes:
        """Return the body; empty where it wasn't kept."""
        return b"".join(self._chunks)
