"""The settings of what a school looks like.

They are written as those in ``rtserver.settings.sections``.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from rtserver.settings.types import (
    OPTIONAL_PATH,
    InvalidValue,
    SettingType,
    matching,
    require_text,
)

MAX_NAME = 100

COLOR = matching(
    re.compile("#[0-9A-Fa-f]{6}"), "a color such as #1971c2", "is not a color"
)


def _name(text: str) -> str:
    if len(require_text(text)) > MAX_NAME:
        raise InvalidValue(f"the name has more than {MAX_NAME} characters")
    return text


@dataclass(frozen=True, slots=True)
class SchoolSettings:
    """The school, as pages show it."""

    name: Annotated[
        str,
        SettingType(f"a name of at most {MAX_NAME} characters", _name),
        "The school's name.",
    ] = "rtserver"
    color: Annotated[str, COLOR, "The color of its pages."] = "#1971c2"
    logo_file: Annotated[
        Path | None, OPTIONAL_PATH, "Its logo: a PNG, JPEG, WebP or SVG, up to 1 MiB."
    ] = None
