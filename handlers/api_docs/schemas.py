"""JSON Schemas of msgspec structs, as the API documents hold them."""

from collections.abc import Iterable, Mapping
from inspect import cleandoc
from typing import Any

import msgspec

from rtserver.boards.elements import MAX_IN_PATCH
from rtserver.input.field_types import SCHEMAS

# What is decoded later than the struct that it stands in.
RAW_FIELDS: Mapping[tuple[str, str], dict[str, Any]] = {
    ("Subscribe", "since"): {
        "description": "The last seq seen; for a chat, one for each lesson's id.",
        "oneOf": [
            {"type": "integer", "minimum": 0},
            {
                "type": "object",
                "additionalProperties": {"type": "integer", "minimum": 0},
            },
        ],
    },
    ("BoardElements", "elements"): {
        "description": f"At most {MAX_IN_PATCH} in a patch.",
        "type": "array",
        "items": {"$ref": SCHEMAS + "ElementShape"},
    },
    ("NotificationView", "data"): {"type": "object"},
    ("NotificationBody", "data"): {"type": "object"},
}


def components(shapes: Iterable[Any]) -> tuple[list[Any], dict[str, Any]]:
    """Return a schema for each shape, and the components that they refer to."""
    schemas, found = msgspec.json.schema_components(
        shapes, ref_template=SCHEMAS + "{name}"
    )
    told = _plain(found)
    for (name, field), schema in RAW_FIELDS.items():
        if name in told:
            told[name]["properties"][field] = schema
    return [_plain(schema) for schema in schemas], told


def _plain(schema: Any) -> Any:
    """Write for JSON Schema what msgspec writes for Python and its own reader."""
    if isinstance(schema, list):
        return [_plain(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    told = {key: _plain(value) for key, value in schema.items()}
    if isinstance(told.get("pattern"), str):
        told["pattern"] = told["pattern"].replace(r"\Z", "$")
    if isinstance(told.get("description"), str):
        # Docstrings come as they are written, indented; in Markdown that is code.
        told["description"] = cleandoc(told["description"]).replace("``", "`")
    if "$ref" in told:
        told.pop("type", None)
    return told
