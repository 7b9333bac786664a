"""The settings of the classroom page.

They are written as those in ``rtserver.settings.sections``.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from rtserver.settings.types import OPTIONAL_PATH, SWITCH


@dataclass(frozen=True, slots=True)
class WebSettings:
    """The classroom page, which this server gives to browsers."""

    enabled: Annotated[
        bool, SWITCH, "Whether browsers get the classroom page; the API stays without."
    ] = True
    texts_file: Annotated[
        Path | None, OPTIONAL_PATH, "A JSON with what the page is to say otherwise."
    ] = None
