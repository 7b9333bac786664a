"""The types that a file may have, and what makes each of them fit to be kept."""

from collections.abc import Callable
from typing import BinaryIO, NamedTuple

from rtserver.files import gif, jpeg, pdf, png, webp
from rtserver.files.source import Source
from store.records import FileRecord


class Kind(NamedTuple):
    """A type of files: the ending of their names, and what cleans them.

    ``clean`` copies what is kept, and raises ``Malformed`` for what is no such file.
    What ``is_shown`` stands in a page; the others are saved.
    """

    ending: str
    clean: Callable[[Source, BinaryIO], None]
    is_shown: bool = True


def archive_name(file: FileRecord) -> str:
    """Return what a file is called outside: names of people's own may be anything."""
    return f"{file.id}.{KINDS[file.type].ending}"


KINDS = {
    "image/png": Kind("png", png.clean),
    "image/jpeg": Kind("jpg", jpeg.clean),
    "image/webp": Kind("webp", webp.clean),
    "image/gif": Kind("gif", gif.clean),
    "application/pdf": Kind("pdf", pdf.clean, is_shown=False),
}
