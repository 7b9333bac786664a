"""The school's logo: a picture that pages show, of a few types."""

import re
from pathlib import Path
from typing import NamedTuple

MAX_BYTES = 1_048_576
# What stands before the root of an SVG: a declaration, comments, a document type.
_SVG = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:(?:<\?[^>]*\?>|<!--.*?-->|<!DOCTYPE[^>\[]*>)\s*)*<svg[\s>]",
    re.DOTALL,
)


class UnusableLogo(Exception):
    """A file that can't be shown as a logo, with the reason."""


class Logo(NamedTuple):
    """A picture and its media type."""

    body: bytes
    type: str


def read_logo(path: Path) -> Logo:
    """Read the logo, and tell its type by what is in it; raises ``UnusableLogo``."""
    try:
        with path.open("rb") as file:
            body = file.read(MAX_BYTES + 1)
    except OSError:
        raise UnusableLogo(
            f"The file {path} doesn't exist, or this user may not read it."
        ) from None
    if len(body) > MAX_BYTES:
        raise UnusableLogo(f"The file {path} has more than {MAX_BYTES} bytes.")
    media_type = _type(body)
    if media_type is None:
        raise UnusableLogo(f"The file {path} is no PNG, JPEG, WebP or SVG.")
    return Logo(body, media_type)


def _type(body: bytes) -> str | None:
    if body.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if body.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if body[:4] == b"RIFF" and body[8:12] == b"WEBP":
        return "image/webp"
    return "image/svg+xml" if _SVG.match(body) else None
