"""A terminal that is used whole: a page at a time, and keys."""

import os
import select
import signal
import sys
import termios
import time
import tty
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Any, Self

# Another screen, so that what was there before comes back; no cursor.
_BEGIN, _END = "\x1b[?1049h\x1b[?25l", "\x1b[?25h\x1b[?1049l"
_HOME, _REST_OF_LINE, _REST_OF_PAGE = "\x1b[H", "\x1b[K", "\x1b[J"
_LOOK_SECONDS = 0.1
_ENDING = (signal.SIGINT, signal.SIGTERM)


class Terminal:
    """Taken while ``with`` lasts, and given back as it was, at Ctrl-Z for a while."""

    def __init__(self) -> None:
        self._in, self._out = sys.stdin.fileno(), sys.stdout
        self._before = termios.tcgetattr(self._in)
        self._handlers: dict[signal.Signals, Any] = {}
        self._shown = self._size()
        self._suspended = False

    def __enter__(self) -> Self:
        # Whoever ends this gets the terminal back as well.
        for number in _ENDING:
            self._handlers[number] = signal.signal(number, signal.default_int_handler)
        self._handlers[signal.SIGTSTP] = signal.signal(signal.SIGTSTP, self._note)
        self._take()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._give_back()
        for number, handler in self._handlers.items():
            signal.signal(number, handler)

    def show(self, page: Callable[[int, int], Sequence[str]]) -> None:
        """Put a page in the place of the one before; it is asked for by its size."""
        self._shown = self._size()
        lines = page(*self._shown)
        text = "\r\n".join(f"{line}{_REST_OF_LINE}" for line in lines)
        self._write(f"{_HOME}{text}{_REST_OF_PAGE}")

    def key(self, seconds: float) -> str:
        """Wait for a key; empty if none comes, or the page has to be shown anew."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0 and self._size() == self._shown:
            if self._suspended:
                self._stop()
                break
            ready, _, _ = select.select([self._in], [], [], min(left, _LOOK_SECONDS))
            if ready:
                pressed = os.read(self._in, 64)
                return pressed.decode("ascii", "replace") if pressed else "q"
        return ""

    def _note(self, *_: object) -> None:
        # Whatever is being written is finished first.
        self._suspended = True

    def _stop(self) -> None:
        """Leave the terminal to the shell until it lets this go on."""
        self._give_back()
        signal.signal(signal.SIGTSTP, signal.SIG_DFL)
        os.kill(os.getpid(), signal.SIGTSTP)
        signal.signal(signal.SIGTSTP, self._note)
        self._suspended = False
        self._take()

    def _take(self) -> None:
        tty.setcbreak(self._in)
        self._write(_BEGIN)

    def _give_back(self) -> None:
        self._write(_END)
        termios.tcsetattr(self._in, termios.TCSADRAIN, self._before)

    def _size(self) -> os.terminal_size:
        return os.get_terminal_size(self._out.fileno())

    def _write(self, text: str) -> None:
        self._out.write(text)
        self._out.flush()
