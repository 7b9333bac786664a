"""Where the binary begins: outside the package, whose modules would be top-level."""

import os
import select
import signal
import sys
import threading
from contextlib import suppress

from rtserver.cli.main import main


def end_with(parent: int) -> None:
    """End when the loader is killed that has unpacked this, and hands signals on."""
    with suppress(OSError):  # a kernel that can't tell
        select.select([os.pidfd_open(parent)], [], [])
        os.kill(os.getpid(), signal.SIGKILL)


# One file beside the modules, which the spec makes; zoneinfo asks for the package.
sys.path.append(os.path.join(sys._MEIPASS, "tzdata.zip"))
threading.Thread(target=end_with, args=[os.getppid()], daemon=True).start()
raise SystemExit(main())
