"""Clean bytes as a file would be."""

import io
import tempfile
from typing import Any

from rtserver.files.source import Source


def cleaned(module: Any, data: bytes) -> bytes:
    """Return what a module keeps of some bytes."""
    with tempfile.TemporaryFile() as file:
        file.write(data)
        file.seek(0)
        target = io.BytesIO()
        module.clean(Source(file), target)
        return target.getvalue()
