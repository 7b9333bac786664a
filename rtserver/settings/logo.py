"""The school's logo: a picture that pages show, of a few types."""

import re
from pathlib import Path
from typing import NamedTuple

from rtserver.settings.small_file import UnusableFile, read_small

MAX_BYTES = 1_048_576
# What stands before the root of an SVG: a declaration, comments, a document type.
_SVG = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:(?:<\?[^>]*\?>|<!--.*?-->|<!DOCTYPE[^>\[]*>)\s*)*<svg[\s>]",
    re.DOTALL,
)


class Logo(NamedTuple):
    """A picture and its media type."""

    body: bytes
    type: str


def read_logo(path: Path) -> Logo:
    """Read the logo, and tell its type by what is in it; raises ``UnusableFile``."""
    body = read_small(path, MAX_BYTES)
    media_type = _type(body)
    if media_type is None:
        raise UnusableFile(f"The file {path} is no PNG, JPEG, WebP or SVG.")
    return Logo(body, media_type)


def _type(body: bytes) -> str | None:
    if body.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if body.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if body[:4] == b"RIFF" and body[8:12] == b"WEBP":
        return "image/webp"
    return "image/svg+xml" if _SVG.match(body) else None
