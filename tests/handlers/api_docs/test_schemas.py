"""Structs as JSON Schemas that browsers and validators read."""

import json
from typing import Annotated, Any

import msgspec

from handlers.api_docs.schemas import RAW_FIELDS, components
from rtserver.input.field_types import SCHEMAS
from tests.api_documents import asyncapi_document, openapi_document


class Inner(msgspec.Struct):
    """What ``Outer`` holds."""

    name: Annotated[str, msgspec.Meta(pattern=r"^[a-z]+\Z")]


class Outer(msgspec.Struct):
    inner: Inner


class Explained(msgspec.Struct):
    """What takes more than a sentence.

    Here is another.
    """


class Subscribe(msgspec.Struct):
    """One of the structs with a field that is decoded later."""

    since: msgspec.Raw


def test_structs_become_components_that_are_referred_to() -> None:
    (schema,), found = components([Outer])

    assert schema == {"$ref": f"{SCHEMAS}Outer"}
    assert found["Outer"]["properties"]["inner"] == {"$ref": f"{SCHEMAS}Inner"}


def test_what_is_pythons_own_is_written_as_json_schema_has_it() -> None:
    _, found = components([Outer])

    assert found["Inner"]["properties"]["name"]["pattern"] == "^[a-z]+$"
    assert found["Inner"]["description"] == "What `Outer` holds."


def test_longer_descriptions_are_no_code_in_markdown() -> None:
    _, found = components([Explained])

    told = "What takes more than a sentence.\n\nHere is another."
    assert found["Explained"]["description"] == told


def test_what_is_no_struct_needs_no_component() -> None:
    assert components([int]) == ([{"type": "integer"}], {})


def test_a_field_that_is_decoded_later_is_described_all_the_same() -> None:
    _, found = components([Subscribe])

    assert found["Subscribe"]["properties"]["since"]["oneOf"]


def test_both_documents_hold_all_of_these_fields_and_nothing_of_pythons() -> None:
    documents = [openapi_document(), asyncapi_document()]
    schemas: dict[str, Any] = {}
    for document in documents:
        schemas |= document["components"]["schemas"]

    for name, field in RAW_FIELDS:
        assert schemas[name]["properties"][field] == RAW_FIELDS[name, field]
    assert "\\\\Z" not in json.dumps(documents)
