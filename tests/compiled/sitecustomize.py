"""Put the compiled modules of build/compiled in the place of the checkout's own.

``make test`` names this folder in PYTHONPATH, so that Python loads it at each start,
in the processes that tests start, too.
"""

import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_file_location
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parents[2]
BUILT = ROOT / "build" / "compiled"


class CompiledFinder(MetaPathFinder):
    """Finds the modules that lie in a folder, at the paths of their names."""

    def __init__(self, folder: Path) -> None:
        self._files = {_name(path, folder): path for path in folder.rglob("*.so")}

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        file = self._files.get(name)
        return spec_from_file_location(name, file) if file is not None else None


def _name(path: Path, folder: Path) -> str:
    parts = path.relative_to(folder).parts
    return ".".join([*parts[:-1], path.name.partition(".")[0]])


def _require_fresh() -> None:
    """End at once where a source is newer than what was made of it."""
    made = (BUILT / ".stamp").stat().st_mtime
    for folder in ("rtserver", "handlers", "store"):
        for source in (ROOT / folder).rglob("*.py"):
            if source.stat().st_mtime > made:
                raise SystemExit(f"{source} is newer than {BUILT}: make test-compiled")


_require_fresh()
sys.meta_path.insert(0, CompiledFinder(BUILT))
