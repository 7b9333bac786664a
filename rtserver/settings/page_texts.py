"""A school's own texts for the classroom page, from a JSON file."""

from collections.abc import Mapping
from pathlib import Path

import msgspec

from rtserver.settings.small_file import UnusableFile, read_small

MAX_BYTES = 262_144

PageTexts = Mapping[str, Mapping[str, str]]
"""By language, then by the page's key."""


def read_texts(path: Path) -> PageTexts:
    """Read texts such as ``{"en": {"sign_in.title": "Welcome!"}}``.

    Raises ``UnusableFile``.
    """
    body = read_small(path, MAX_BYTES)
    try:
        return msgspec.json.decode(body, type=dict[str, dict[str, str]])
    except (msgspec.DecodeError, UnicodeDecodeError) as why:
        raise UnusableFile(f"The file {path}: {why}.") from None
