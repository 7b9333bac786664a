"""The fields of a frame's payload, in words, out of its JSON Schema."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

Schema = Mapping[str, Any]


class Field(NamedTuple):
    name: str
    type: str
    note: str


def fields_of(message: Schema, schemas: Schema) -> list[Field]:
    """Return the fields of a message's payload; those of objects in it follow them."""
    payload = message["payload"]["properties"].get("payload")
    return list(_fields(_found(payload, schemas), schemas, "")) if payload else []


def _fields(shape: Schema, schemas: Schema, prefix: str) -> Iterator[Field]:
    required = shape.get("required", ())
    for name, schema in shape.get("properties", {}).items():
        path = prefix + name
        yield Field(path, _type(schema), _note(schema, required=name in required))
        inner = _found(schema.get("items", schema), schemas)
        many = "[]" if "items" in schema else ""
        yield from _fields(inner, schemas, f"{path}{many}.")


def _found(schema: Schema, schemas: Schema) -> Schema:
    for part in schema.get("allOf", ()):
        schema = part if "$ref" in part else schema
    name = schema.get("$ref", "").rpartition("/")[2]
    found: Schema = schemas[name] if name else schema
    return found


def _type(schema: Schema) -> str:
    if choices := schema.get("anyOf") or schema.get("oneOf"):
        return " or ".join(map(_type, choices))
    if values := schema.get("enum"):
        return ", ".join(f"`{value}`" for value in values)
    if "$ref" in schema:
        return "object"
    if "items" in schema:
        return f"array of {_type(schema['items'])}s"
    return str(schema.get("format") or schema.get("type", "any"))


def _note(schema: Schema, *, required: bool) -> str:
    text = str(schema.get("description", ""))
    return text if required else f"optional. {text}".rstrip()
