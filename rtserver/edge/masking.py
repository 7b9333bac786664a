"""Undo the mask of what a client sends (RFC 6455 5.3): four bytes of key, repeated.

It stays Python: a compiled module couldn't choose between two functions.
"""

__all__ = ["unmask"]

try:
    # In C, a tenth of the time: half a microsecond of each short frame.
    from tornado.speedups import websocket_mask as unmask
except ImportError:  # Tornado was installed where there is no compiler

    def unmask(mask: bytes, data: bytes) -> bytes:
        size = len(data)
        key = (mask * (size // 4 + 1))[:size]
        return (int.from_bytes(data) ^ int.from_bytes(key)).to_bytes(size)
