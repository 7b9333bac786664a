"""Checks of the machine: folders, open files, the clock, the disk."""

import os
import platform
import shutil
import stat
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

import rtserver
from rtserver.checks import hints
from rtserver.checks.outcome import CheckFailed
from rtserver.process import compiled, file_limit
from rtserver.settings.model import Settings

MIB = 1024 * 1024
MIN_FREE = 256 * MIB
# Tokens have a leeway of 5 s between machines.
MAX_SKEW = 5.0


def program(settings: Settings, modules: Iterable[str] = compiled.MODULES) -> str:
    """Look whether the program is of one piece, and say which form of it this is."""
    form = compiled.form(modules)
    if form == compiled.MIXED:
        raise CheckFailed(
            "program: some of its modules are compiled and some that belong to them "
            "aren't. Install it anew, into an empty environment."
        )
    return f"{rtserver.__version__}, {form}, on Python {platform.python_version()}"


def data_dir(settings: Settings) -> str:
    """Look whether the data folder can be written, by us alone."""
    folder = settings.server.data_dir
    place = _nearest(folder)
    try:
        # Not asked for but tried: root may write where nobody can. It has no name.
        tempfile.TemporaryFile(dir=place).close()
    except OSError as error:
        raise CheckFailed(
            f"[server] data_dir: {place} can't be written ({error.strerror}). "
            f"{hints.folder(folder, error)}"
        ) from None
    if place != folder:
        return f"{folder} isn't there yet, and can be made"
    if folder.stat().st_mode & stat.S_IRWXO:
        raise CheckFailed(
            f"[server] data_dir: everybody on this machine may enter {folder}, where "
            f"people's data are. Close it: chmod o= {folder}"
        )
    return f"{folder} can be written"


def files(settings: Settings) -> str:
    """Compare the limit on open files with the connections that are to fit."""
    connections = settings.limits.connections
    needed, allowed = file_limit.needed(connections), file_limit.highest()
    if allowed < needed:
        raise CheckFailed(
            f"[limits] connections: {connections} connections take {needed} open "
            f"files, and {allowed} are allowed. Raise that (LimitNOFILE, ulimit -n), "
            "or lower connections."
        )
    return (
        f"{allowed} open files are allowed to this command, {needed} are needed; a "
        "service has its own LimitNOFILE"
    )


def disk(settings: Settings) -> str:
    """Look how much room there is for data."""
    folder = settings.server.data_dir
    return room(folder, shutil.disk_usage(_nearest(folder)).free)


def room(folder: Path, free: int) -> str:
    """Judge whether so many bytes are enough."""
    if free < MIN_FREE:
        raise CheckFailed(
            f"[server] data_dir: only {free // MIB} MiB are free in {folder}. Make "
            f"room for {MIN_FREE // MIB} MiB at least, or name another folder."
        )
    return f"{free // MIB} MiB are free"


def clock_by_database(ahead: float) -> str:
    """Judge the clock by how far the database's is ahead of it, in seconds."""
    if abs(ahead) > MAX_SKEW:
        way = "behind" if ahead > 0 else "ahead of"
        raise CheckFailed(
            f"[database] url: this machine's clock is {abs(ahead):.0f} s {way} the "
            "database's. Set both by NTP, or tokens will be refused."
        )
    return f"within {MAX_SKEW:.0f} s of the database's"


def clock_by_files(*further: Path) -> str:
    """Judge the clock by files: none of them can be from the future."""
    # In the binary the module is no file; what runs it always is one.
    ours = (Path(sys.executable), Path(rtserver.__file__))
    known = [path for path in (*ours, *further) if path.exists()]
    newest = max(known, key=lambda path: path.stat().st_mtime)
    ahead = newest.stat().st_mtime - time.time()
    if ahead > MAX_SKEW:
        raise CheckFailed(
            f"[server] data_dir: the clock is wrong, as {newest} is from {ahead:.0f} s "
            "in the future. Set the clock by NTP, or tokens will be refused."
        )
    return "plausible, by the times of files"


def _nearest(path: Path) -> Path:
    """Return the path itself, or the nearest folder above it that exists."""
    # os.path, as that of a Path is an error where this user may not look.
    places = (path, *path.absolute().parents)
    return next(place for place in places if os.path.exists(place))
