"""Where the binary begins: outside the package, whose modules would be top-level."""

import os
import select
import signal
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from importlib.abc import MetaPathFinder
from types import ModuleType
from zipfile import ZipFile

from rtserver.cli.main import main


class Later(MetaPathFinder):
    """Unpacks a package's binaries just before it is imported; finds nothing itself."""

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._packages = {name.removesuffix(".zip") for name in os.listdir(folder)}

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> None:
        if name in self._packages:
            self._packages.remove(name)
            with ZipFile(os.path.join(self._folder, f"{name}.zip")) as file:
                file.extractall(sys._MEIPASS)


def end_with(parent: int) -> None:
    """End when the loader is killed that has unpacked this, and hands signals on."""
    with suppress(OSError):  # a kernel that can't tell
        select.select([os.pidfd_open(parent)], [], [])
        os.kill(os.getpid(), signal.SIGKILL)


# One file beside the modules, which the spec makes; zoneinfo asks for the package.
sys.path.append(os.path.join(sys._MEIPASS, "tzdata.zip"))
sys.meta_path.insert(0, Later(os.path.join(sys._MEIPASS, "later")))
threading.Thread(target=end_with, args=[os.getppid()], daemon=True).start()
raise SystemExit(main())
