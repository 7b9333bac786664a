"""Tell systemd how the service is: ready, alive, stopping (sd_notify(3))."""

import asyncio
import logging
import socket
from collections.abc import Mapping

log = logging.getLogger(__name__)

MICROSECOND = 1e-6
# systemd waits for a sign of life; one that comes late must not be the only one.
SIGNS_PER_INTERVAL = 3


class Systemd:
    """The way to systemd, if that has started this process; else nothing is told."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._address = environ.get("NOTIFY_SOCKET", "")
        # WATCHDOG_PID isn't looked at: of the binary it names the loader.
        interval = environ.get("WATCHDOG_USEC", "")
        self._interval = int(interval) * MICROSECOND if interval.isdecimal() else 0.0

    def ready(self, url: str) -> None:
        """Say that connections are accepted; what needs us may start now."""
        self._tell(f"READY=1\nSTATUS=listening on {url}")

    def stopping(self) -> None:
        self._tell("STOPPING=1\nSTATUS=draining")

    async def stay_alive(self) -> None:
        """Show that the event loop goes on; a service that doesn't is restarted."""
        while self._interval > 0:
            self._tell("WATCHDOG=1")
            await asyncio.sleep(self._interval / SIGNS_PER_INTERVAL)

    def _tell(self, state: str) -> None:
        if not self._address:
            return
        address = self._address
        if address.startswith("@"):  # an abstract one, which begins with a zero
            address = "\0" + address[1:]
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as to_systemd:
                to_systemd.setblocking(False)
                to_systemd.sendto(state.encode(), address)
        except OSError as error:
            what = state.partition("=")[0]
            log.warning("systemd can't be told %s: %s", what, error.strerror or error)
