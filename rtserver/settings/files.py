"""The settings of files; written as those in ``rtserver.settings.sections``."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from rtserver.settings.types import (
    BYTES,
    OPTIONAL_PATH,
    choice,
    integer,
    list_of,
    non_empty,
    seconds,
)

TYPES = ("image/png", "image/jpeg", "image/webp", "image/gif", "application/pdf")
_MANY_BYTES = integer(256, 2**50)


@dataclass(frozen=True, slots=True)
class FilesSettings:
    """Pictures and documents of lessons: where they lie, and how many may."""

    dir: Annotated[
        Path | None, OPTIONAL_PATH, "Folder of the files; empty: files in data_dir."
    ] = None
    max_bytes: Annotated[int, BYTES, "Largest size of a file."] = 10_485_760
    lesson_bytes: Annotated[
        int, _MANY_BYTES, "Largest size of all files of a lesson."
    ] = 209_715_200
    school_bytes: Annotated[
        int, _MANY_BYTES, "Largest size of all files of the school."
    ] = 10_737_418_240
    user_bytes: Annotated[
        int, _MANY_BYTES, "Largest size of all files of a user, over all lessons."
    ] = 2_147_483_648
    uploading_bytes: Annotated[
        int, BYTES, "Largest size of a user's uploads to a lesson at once; more wait."
    ] = 52_428_800
    types: Annotated[
        tuple[str, ...],
        non_empty(list_of(choice(*TYPES), "of " + ", ".join(TYPES))),
        "Types of files that are taken.",
    ] = TYPES
    ticket_ttl: Annotated[
        float, seconds(), "How long an address with a ticket shows its file."
    ] = 900.0
