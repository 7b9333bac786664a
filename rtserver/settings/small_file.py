"""Files that a setting names, and that are read whole."""

from pathlib import Path


class UnusableFile(Exception):
    """A file that isn't what its setting needs, with the reason."""


def read_small(path: Path, most: int) -> bytes:
    """Read a file of at most so many bytes; raises ``UnusableFile``."""
    try:
        with path.open("rb") as file:
            body = file.read(most + 1)
    except OSError:
        raise UnusableFile(
            f"The file {path} doesn't exist, or this user may not read it."
        ) from None
    if len(body) > most:
        raise UnusableFile(f"The file {path} has more than {most} bytes.")
    return body
