"""``rtserver serve``: the life of the serving process, from its start to a signal."""

import asyncio
import errno
import gc
import logging
import os
import signal
import socket
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from types import FrameType

from rtserver import tasks
from rtserver.accounts.keys import KeysError
from rtserver.app import App
from rtserver.cli.context import Context, Failed, unreachable
from rtserver.process import file_limit, strays
from rtserver.process.logs import Logs
from rtserver.process.systemd import Systemd
from rtserver.settings.model import LimitsSettings, Settings
from store.errors import StoreUnavailable
from store.exclusive import AlreadyServed

log = logging.getLogger(__name__)

ENDING = (signal.SIGTERM, signal.SIGINT)
# The binary's loader hands on what it is sent, and its group may be sent that too, as
# by Ctrl-C: then one signal comes twice.
ECHO_SECONDS = 0.2 if getattr(sys, "frozen", False) else 0.0
_YOUNG = 5_000  # new objects, beyond those that went, until garbage is looked for


def serve(context: Context, settings: Settings) -> int:
    """Serve until a signal says to stop; 0 after an orderly end."""
    settings = _overridden(settings, context.args.host, context.args.port)
    with Logs.of(settings.logging) as logs:
        _make_room(settings.limits)
        asyncio.run(_Process(context, settings, logs).run())
    return 0


class _Process:
    """The serving process: one server, and the signals that it is sent."""

    def __init__(self, context: Context, settings: Settings, logs: Logs) -> None:
        self._console = context.console
        self._systemd = Systemd(context.environ)
        self._settings = settings
        self._logs = logs
        self._app: App | None = None
        self._ending = asyncio.Event()
        self._lost: AlreadyServed | None = None

    async def run(self) -> None:
        """Start, wait for the signal, stop.

        Raises ``AlreadyServed`` when another server took over.
        """
        self._listen_to_signals()
        with strays.logged(asyncio.get_running_loop()):
            alive = asyncio.create_task(self._systemd.stay_alive())
            try:
                await self._run()
            finally:
                await tasks.cancel(alive)
        if self._lost is not None:
            raise self._lost

    async def _run(self) -> None:
        starting = asyncio.create_task(self._start())
        ended = asyncio.create_task(self._ending.wait())
        await asyncio.wait({starting, ended}, return_when=asyncio.FIRST_COMPLETED)
        if not starting.done():
            await tasks.cancel(starting)
            return
        await starting
        await ended
        assert self._app is not None
        await self._app.stop()
        log.info("stopped")

    async def _start(self) -> None:
        try:
            app = App(self._settings, on_displaced=self._displaced)
            await app.start()
        except StoreUnavailable as error:
            raise Failed(unreachable(self._settings, error)) from None
        except (OSError, UnicodeError) as error:
            if isinstance(error, OSError) and error.filename is not None:
                raise
            raise Failed(_no_listening(self._settings, error)) from None
        self._app = app
        _spare_what_lasts()
        self._systemd.ready(app.url)
        if self._console.json:
            self._console.answer({"url": app.url}, "")

    def _listen_to_signals(self) -> None:
        loop = asyncio.get_running_loop()
        for number in ENDING:
            loop.add_signal_handler(number, self._end, number)
        loop.add_signal_handler(signal.SIGHUP, self._reload)

    def _end(self, number: signal.Signals) -> None:
        log.info("%s: stopping; a second one ends at once", number.name)
        self._systemd.stopping()
        loop = asyncio.get_running_loop()
        for other in ENDING:
            loop.remove_signal_handler(other)
            # Not the default action, which a container's first process is spared; and
            # not a handler of the loop, which may be what hangs.
            signal.signal(other, _ender(time.monotonic() + ECHO_SECONDS))
        self._ending.set()

    def _displaced(self, error: AlreadyServed) -> None:
        """Make room for the server that has the database now, and exit with 1."""
        log.error("stopping, as two servers would spoil each other's work")
        self._lost = error
        self._systemd.stopping()
        self._ending.set()

    def _reload(self) -> None:
        """Open the log file again and read the keys again; what fails stays."""
        try:
            self._logs.reopen()
        except OSError as error:
            log.error("SIGHUP: [logging] file stays as it was: %s", error.strerror)
        else:
            log.info("SIGHUP: the log goes on")
        if self._app is not None:
            _reload_keys(self._app)


def _spare_what_lasts() -> None:
    """Collect garbage from now on, but not among what the start has made.

    That lasts as long as the process, and to go through it would hold everybody up.
    Nor among what some dozens of requests at once make, which goes by itself: 5 µs of
    each request were that. Old garbage is looked for as often as Python would.
    """
    gc.freeze()
    gc.set_threshold(_YOUNG, 10, 1)
    gc.enable()


def _reload_keys(app: App) -> None:
    try:
        app.services.accounts.keys.reload()
    except KeysError as error:
        log.error("SIGHUP: the keys stay as they were: %s", error)
        return
    ended = app.services.sessions.revalidation.close_unsigned()
    log.info(
        "SIGHUP: the keys are read again; %d connections ended whose tokens no key "
        "fits any more",
        ended,
    )


def _overridden(settings: Settings, host: str | None, port: int | None) -> Settings:
    server = settings.server
    if host is not None:
        server = replace(server, host=host)
    if port is not None:
        server = replace(server, port=port)
    return replace(settings, server=server)


def _make_room(limits: LimitsSettings) -> None:
    """Raise the limit on open files to what the connections need, or warn."""
    needed = file_limit.needed(limits.connections)
    if (allowed := file_limit.raise_to(needed)) < needed:
        log.warning(
            "[limits] connections is %d, which takes %d open files, but only %d are "
            "allowed: raise that (LimitNOFILE, ulimit -n) or lower connections",
            limits.connections,
            needed,
            allowed,
        )


def _ender(after: float) -> Callable[[int, FrameType | None], None]:
    """Return a signal handler that ends the process at once after a moment."""

    def end_at_once(number: int, frame: FrameType | None) -> None:
        if time.monotonic() >= after:
            os._exit(128 + number)

    return end_at_once


def _no_listening(settings: Settings, error: OSError | UnicodeError) -> str:
    """Return why the address can't be listened on, and what to change."""
    server = settings.server
    place = f"{server.host} port {server.port}"
    if isinstance(error, socket.gaierror | UnicodeError):
        return f"[server] host: {server.host} isn't an address of this machine."
    match error.errno:
        case errno.EADDRINUSE:
            return (
                f"[server] port: another program listens on {place} already. Stop it, "
                "or choose another port (--port)."
            )
        case errno.EACCES:
            return (
                f"[server] port: this user may not listen on {place}. Choose a port "
                "above 1023, with a proxy in front."
            )
        case errno.EADDRNOTAVAIL:
            return (
                f"[server] host: {server.host} isn't an address of this machine. "
                "Use 127.0.0.1, or 0.0.0.0 for every interface."
            )
    return f"[server] host, port: {place} can't be used: {error.strerror}."
