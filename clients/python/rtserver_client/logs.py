"""What the client logs of exceptions: where they came from, and nothing private."""

import logging
import traceback
from pathlib import Path

MAX_FRAMES = 6


def log_unexpected(log: logging.Logger, error: Exception, what: str) -> None:
    """Log where an exception came from, without any value that it may quote."""
    frames = traceback.extract_tb(error.__traceback__)[-MAX_FRAMES:]
    trail = " < ".join(
        f"{Path(frame.filename).name}:{frame.lineno} {frame.name}"
        for frame in reversed(frames)
    )
    log.error("%s: unexpected %s at %s", what, type(error).__name__, trail)
