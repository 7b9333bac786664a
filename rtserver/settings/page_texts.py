"""What a school says otherwise than the classroom page: a JSON of its own texts."""

from collections.abc import Mapping
from pathlib import Path

import msgspec

MAX_BYTES = 262_144

PageTexts = Mapping[str, Mapping[str, str]]
"""By language, then by the page's key."""


class UnusableTexts(Exception):
    """A file that holds no texts, with the reason."""


def read_texts(path: Path) -> PageTexts:
    """Read texts such as ``{"en": {"sign_in.title": "Welcome!"}}``.

    Raises ``UnusableTexts``.
    """
    try:
        with path.open("rb") as file:
            body = file.read(MAX_BYTES + 1)
    except OSError:
        raise UnusableTexts(
            f"The file {path} doesn't exist, or this user may not read it."
        ) from None
    if len(body) > MAX_BYTES:
        raise UnusableTexts(f"The file {path} has more than {MAX_BYTES} bytes.")
    try:
        return msgspec.json.decode(body, type=dict[str, dict[str, str]])
    except (msgspec.DecodeError, UnicodeDecodeError) as why:
        raise UnusableTexts(f"The file {path}: {why}.") from None
