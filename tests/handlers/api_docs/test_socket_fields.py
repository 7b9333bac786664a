"""A payload's fields in words."""

from typing import Any

import pytest

from handlers.api_docs.socket_fields import Field, fields_of

SCHEMAS = {
    "Position": {
        "properties": {
            "seq": {"type": "integer", "description": "The last one."},
            "at": {"type": "string", "format": "date-time"},
            "people": {"type": "array", "items": {"$ref": "#/x/Person"}},
            "me": {"$ref": "#/x/Person"},
        },
        "required": ["seq", "people", "me"],
    },
    "Person": {"properties": {"id": {"type": "integer"}}, "required": ["id"]},
}


def message(payload: dict[str, Any] | None) -> dict[str, Any]:
    fields = {} if payload is None else {"payload": payload}
    return {"payload": {"properties": fields}}


def test_fields_of_objects_follow_the_objects() -> None:
    assert fields_of(message({"$ref": "#/x/Position"}), SCHEMAS) == [
        Field("seq", "integer", "The last one."),
        Field("at", "date-time", "optional."),
        Field("people", "array of objects", ""),
        Field("people[].id", "integer", ""),
        Field("me", "object", ""),
        Field("me.id", "integer", ""),
    ]


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ({"enum": ["draw", "view"]}, "`draw`, `view`"),
        ({"anyOf": [{"type": "integer"}, {"type": "null"}]}, "integer or null"),
        ({"oneOf": [{"type": "integer"}, {"$ref": "#/x/Person"}]}, "integer or object"),
        ({"items": {"type": "string"}}, "array of strings"),
        ({}, "any"),
    ],
)
def test_types_are_told_in_words(schema: dict[str, Any], words: str) -> None:
    payload = {"properties": {"field": schema}, "required": ["field"]}

    (field, *_) = fields_of(message(payload), SCHEMAS)

    assert field == Field("field", words, "")


def test_a_frame_without_a_payload_has_no_fields() -> None:
    assert fields_of(message(None), SCHEMAS) == []


def test_a_schema_that_adds_to_another_has_the_others_fields() -> None:
    payload = {"allOf": [{"$ref": "#/x/Person"}, {"properties": {"id": {"enum": [1]}}}]}

    assert fields_of(message(payload), SCHEMAS) == [Field("id", "integer", "")]
