"""WebSocket frames as bytes, both ways (RFC 6455 section 5), without any I/O."""

import struct
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from rtserver.edge.masking import unmask
from rtserver.errors import CloseCode, Disconnect

FIN: Final = 0x80
CONTINUATION: Final = 0x0
TEXT: Final = 0x1
BINARY: Final = 0x2
CLOSE: Final = 0x8
PING: Final = 0x9
PONG: Final = 0xA

# Stands for a close frame without a code, and is itself never sent (RFC 6455 7.4.1).
NO_STATUS: Final = 1005

_WHOLE_TEXT: Final = FIN | TEXT
_RSV: Final = 0x70
_MASKED: Final = 0x80
_CONTROL_BYTES: Final = 125
_HEAD_BYTES: Final = 14  # at most: two, eight of a length, four of the mask
# Smaller fragments cost more than they carry, and are counted as pings are.
_SMALL_FRAGMENT: Final = 512
_OPCODES: Final = frozenset((CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG))


class Ping(NamedTuple):
    data: bytes


class Pong(NamedTuple):
    data: bytes


class Close(NamedTuple):
    """The peer's close frame; ``code`` is NO_STATUS when it named none."""

    code: int
    reason: str


class Splinter(NamedTuple):
    """A small fragment of a message that isn't whole yet."""


def _head(first: int, size: int) -> bytes:
    if size < 126:
        return struct.pack("!BB", first, size)
    if size < 65536:
        return struct.pack("!BBH", first, 126, size)
    return struct.pack("!BBQ", first, 127, size)


# Of most answers and events: to make one takes longer than all else of a frame.
_TEXT_HEADS: Final = [_head(_WHOLE_TEXT, size) for size in range(1024)]

Item = bytes | Ping | Pong | Splinter | Close


def build_frame(first: int, payload: bytes) -> bytes:
    """Build an unmasked frame; ``first`` is its first byte, FIN and opcode."""
    return _head(first, len(payload)) + payload


def text_head(size: int) -> bytes:
    """Return what stands before a whole text message of so many bytes."""
    if size < len(_TEXT_HEADS):
        return _TEXT_HEADS[size]
    return _head(_WHOLE_TEXT, size)


def build_text(data: bytes) -> bytes:
    """Build the frame of one whole text message, given as UTF-8."""
    return text_head(len(data)) + data


def build_text_parts(parts: Iterable[bytes]) -> Iterator[bytes]:
    """Build one text message as a fragment per part, so none has to be whole at once.

    Only control frames may be sent between the first fragment and the last.
    """
    opcode = TEXT
    for part in parts:
        yield build_frame(opcode, part)
        opcode = CONTINUATION
    yield build_frame(FIN | opcode, b"")


def build_ping(data: bytes) -> bytes:
    """Build a ping of at most 125 bytes."""
    return build_frame(FIN | PING, data)


def build_pong(data: bytes) -> bytes:
    """Build the answer to a ping, with the ping's own bytes."""
    return build_frame(FIN | PONG, data)


def build_close(code: int, reason: str = "") -> bytes:
    """Build a close frame; NO_STATUS makes an empty one, a long reason is cut."""
    if code == NO_STATUS:
        return build_frame(FIN | CLOSE, b"")
    # A cut may fall within a character, and the reason has to be UTF-8.
    text = reason.encode()[: _CONTROL_BYTES - 2].decode(errors="ignore")
    return build_frame(FIN | CLOSE, struct.pack("!H", code) + text.encode())


class FrameReader:
    """Cuts one client's byte stream into messages and control frames.

    What comes is handed to ``feed``, and taken by ``next_item`` until there is none.
    """

    __slots__ = ("_first", "_message", "_over", "_position", "_rest", "max_bytes")

    def __init__(self, max_bytes: int) -> None:
        self.max_bytes = max_bytes  # of a message; may change between two of them
        # What isn't cut yet, from the position on; a bytearray once it has to grow.
        self._rest: bytes | bytearray | None = None
        self._position = 0
        self._first = 0  # the first byte of the frame that was cut last
        self._message: bytearray | None = None  # the fragments so far
        self._over = False

    def feed(self, data: bytes) -> None:
        """Add what came behind what isn't taken yet.

        After a close frame or a Disconnect everything further is ignored.
        """
        if self._over:
            return
        if self._rest is not None:
            self._keep(self._rest)
        if isinstance(self._rest, bytearray):
            self._rest += data
        else:
            self._rest = data

    def next_item(self) -> Item | None:
        """Take the next item; None when none is whole. Disconnect if a rule is broken.

        A text message comes as bytes, valid UTF-8.
        """
        # No generator: to make, resume and close one costs as much as to cut a frame.
        rest = self._rest
        if rest is None:
            return None
        try:
            while (payload := self._cut(rest)) is not None:
                if self._first == _WHOLE_TEXT:
                    return _text(payload)
                if (item := self._completed(self._first, payload)) is not None:
                    return item
        except Disconnect:
            self._end()
            raise
        self._keep(rest)
        return None

    def _keep(self, rest: bytes | bytearray) -> None:
        """Forget what was cut."""
        if self._position == len(rest):
            self._rest = None
        elif isinstance(rest, bytearray):
            del rest[: self._position]
        else:
            # Through a view, so that the rest alone is copied.
            self._rest = bytearray(memoryview(rest)[self._position :])
        self._position = 0

    def _end(self) -> None:
        self._over = True
        self._rest = self._message = None

    def _cut(self, source: bytes | bytearray) -> bytes | None:
        """Cut the next frame off, if it is whole, and return its payload."""
        position = self._position
        available = len(source) - position
        if available < 2:
            return None
        head = _part(source, position, position + _HEAD_BYTES)
        first, size = head[0], head[1]
        if first != _WHOLE_TEXT or size < _MASKED or self._message is not None:
            self._check_header(first, size)  # nearly every frame passes without
        size &= 0x7F
        start = 2
        if size > 125:
            start = 4 if size == 126 else 10
            if available < start:
                return None
            size = 0
            for place in range(2, start):
                size = size << 8 | head[place]
        # Before its bytes arrive, so that no more than a message is ever kept.
        if first & 0x0F < CLOSE and size > self.max_bytes - len(self._message or b""):
            raise Disconnect(
                CloseCode.TOO_BIG, f"a message has at most {self.max_bytes} bytes here"
            )
        body = position + start + 4
        end = body + size
        if end > len(source):
            return None
        self._first, self._position = first, end
        return unmask(head[start : start + 4], _part(source, body, end))

    def _check_header(self, first: int, second: int) -> None:
        opcode = first & 0x0F
        if not second & _MASKED:
            raise _protocol_error("a client must mask its frames")
        if first & _RSV or opcode not in _OPCODES:
            raise _protocol_error("reserved bit or opcode: no extension is agreed on")
        if opcode >= CLOSE:
            if not first & FIN or second & 0x7F > _CONTROL_BYTES:
                raise _protocol_error("a control frame is whole and at most 125 bytes")
        elif (opcode == CONTINUATION) == (self._message is None):
            raise _protocol_error("a fragment is missing or out of place")
        elif opcode == BINARY:
            raise Disconnect(CloseCode.UNSUPPORTED_DATA, "send text frames, not binary")

    def _completed(self, first: int, payload: bytes) -> Item | None:
        opcode = first & 0x0F
        if opcode >= CLOSE:
            return self._control(opcode, payload)
        if self._message is None:
            self._message = bytearray()
        self._message += payload
        if not first & FIN:
            return Splinter() if len(payload) < _SMALL_FRAGMENT else None
        whole = bytes(self._message)
        self._message = None
        return _text(whole)

    def _control(self, opcode: int, payload: bytes) -> Item:
        if opcode == PING:
            return Ping(payload)
        if opcode == PONG:
            return Pong(payload)
        close = _read_close(payload)
        self._end()
        return close


def _part(source: bytes | bytearray, start: int, end: int) -> bytes:
    # Once compiled, to cut bytes takes a fifth of what it takes to cut either.
    if isinstance(source, bytes):
        return source[start:end]
    return bytes(source[start:end])


def _text(data: bytes) -> bytes:
    # Far quicker than decoding, and true of nearly all.
    if data.isascii():
        return data
    try:
        data.decode()
    except UnicodeDecodeError:
        raise Disconnect(CloseCode.INVALID_TEXT, "a text must be UTF-8") from None
    return data


def _read_close(payload: bytes) -> Close:
    if not payload:
        return Close(NO_STATUS, "")
    code = int.from_bytes(payload[:2])  # a lone byte makes no valid one
    if not _may_be_received(code):
        raise _protocol_error("no such close code")
    return Close(code, _text(payload[2:]).decode())


def _may_be_received(code: int) -> bool:
    """Return whether a peer may send ``code`` (RFC 6455 7.4 and its IANA registry)."""
    return 1000 <= code <= 1003 or 1007 <= code <= 1014 or 3000 <= code <= 4999


def _protocol_error(reason: str) -> Disconnect:
    return Disconnect(CloseCode.PROTOCOL_ERROR, reason)
