"""Synced writes: on the disk before anybody is told that something is kept."""

import os
from pathlib import Path


def sync(path: Path) -> None:
    """Have the disk keep what stands in a file, or which names a folder holds."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
