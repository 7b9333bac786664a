"""Fields of requests: numbers, and text as ``rtserver.input.text`` checks it.

JSON Schema can't say that a text is trimmed before it is measured, as it is here.
"""

from datetime import datetime
from typing import Annotated

import msgspec

from rtserver.input.text import (
    BLANKS,
    INVISIBLES,
    MAX_EMAIL,
    MAX_KEY,
    MAX_PASSWORD,
    MIN_PASSWORD,
)
from rtserver.settings.locales import LOCALE, MAX_LOCALE

MAX_NAME = 200
SCHEMAS = "#/components/schemas/"
CONTROL = r"\x00-\x1f\x7f-\x9f\u2028\u2029"
CONTROL_OF_LINES = r"\x00-\x08\x0b-\x1f\x7f-\x9f"
# Of the years 1970 to 9999, and with an offset.
MOMENT = (
    r"^(19[7-9][0-9]|[2-9][0-9]{3})-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}"
    r"(\.[0-9]{1,9})?([Zz]|[+-][0-9]{2}:[0-9]{2})$"
)

# In Python "$" also stands before a line feed at the end, which these keep out.
FILE_ID = r"^[A-Za-z0-9_-]*(?!\n)$"
EVENT = r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+(?!\n)$"
ONE_LINE = r"^[^\x00-\x1f\x7f-\x9f]*(?!\n)$"
# What is said of a text that doesn't match, as few people read patterns.
FORMS = {
    FILE_ID: "expected the id of a file, such as f_Zk3v9QxN",
    EVENT: "expected lower-case words with points between, such as homework.graded",
    ONE_LINE: "expected one line, without control characters",
}


def not_blank(control: str, blank: str = r"\s") -> str:
    """Return the pattern of text with something to read in it, and without controls."""
    return rf"^[^{control}]*[^{control}{blank}][^{control}]*$"


LINE = {"minLength": 1, "pattern": not_blank(CONTROL, INVISIBLES + BLANKS)}

# JavaScript's numbers are exact up to here.
Id = Annotated[int, msgspec.Meta(ge=1, le=2**53 - 1)]
Seq = Annotated[int, msgspec.Meta(ge=0, le=2**53 - 1)]
Point = Annotated[list[float], msgspec.Meta(min_length=2, max_length=2)]
ElementId = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
# Wider than those that are given out, so that their form may change.
FileId = Annotated[str, msgspec.Meta(min_length=1, max_length=64, pattern=FILE_ID)]
EventName = Annotated[str, msgspec.Meta(pattern=EVENT, max_length=64)]
Name = Annotated[str, msgspec.Meta(extra_json_schema={**LINE, "maxLength": MAX_NAME})]
Email = Annotated[
    str,
    msgspec.Meta(extra_json_schema={"format": "email", "maxLength": MAX_EMAIL}),
]
Locale = Annotated[
    str,
    msgspec.Meta(
        extra_json_schema={
            "pattern": f"^{LOCALE.pattern}$",
            "maxLength": MAX_LOCALE,
            "examples": ["en", "uk"],
        }
    ),
]
Moment = Annotated[
    datetime, msgspec.Meta(tz=True, extra_json_schema={"pattern": MOMENT})
]
Password = Annotated[
    str,
    msgspec.Meta(
        extra_json_schema={
            "format": "password",
            "minLength": MIN_PASSWORD,
            "maxLength": MAX_PASSWORD,
        }
    ),
]
Key = Annotated[
    str,
    msgspec.Meta(
        min_length=1,
        max_length=MAX_KEY,
        extra_json_schema={"pattern": f"^[^{CONTROL}]*$"},
    ),
]
# What these two take, the installation decides: see handlers.api_docs.openapi.
Timezone = Annotated[
    str, msgspec.Meta(extra_json_schema={"$ref": SCHEMAS + "Timezone"})
]
SentText = Annotated[
    str, msgspec.Meta(extra_json_schema={"$ref": SCHEMAS + "SentText"})
]
MessageText = Annotated[
    str, msgspec.Meta(extra_json_schema={"$ref": SCHEMAS + "MessageText"})
]
