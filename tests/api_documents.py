"""The API documents, and JSON checked against the schemas in them."""

import gzip
import json
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
from jsonschema import Draft7Validator, Draft202012Validator

from handlers.api_docs import asyncapi, openapi
from handlers.routes import ROUTES

SCHEMAS = Path(__file__).parent / "schemas"


@cache
def openapi_document() -> dict[str, Any]:
    return openapi.document(ROUTES, text_length=4000)


@cache
def asyncapi_document() -> dict[str, Any]:
    return asyncapi.document()


@cache
def asyncapi_schema() -> Draft7Validator:
    """The schema that AsyncAPI publishes, unchanged."""
    packed = (SCHEMAS / "asyncapi-3.0.0.json.gz").read_bytes()
    return Draft7Validator(json.loads(gzip.decompress(packed)))


def faults(document: dict[str, Any], schema: Any, value: Any) -> list[str]:
    """Say what is wrong with a value, by a schema of a document."""
    whole = {**schema, "components": document["components"]}
    formats = jsonschema.FormatChecker()
    validator = Draft202012Validator(whole, format_checker=formats)
    return [f"{e.json_path}: {e.message}" for e in validator.iter_errors(value)]


def answer_schema(each: openapi.Described, status: int) -> Any:
    """Return the schema of an operation's answer, None where it has no JSON."""
    document = openapi_document()
    answers = document["paths"][each.path][each.method]["responses"]
    told = answers[str(status)]
    if "$ref" in told:
        name = told["$ref"].rpartition("/")[2]
        told = document["components"]["responses"][name]
    for media, content in told.get("content", {}).items():
        if media.endswith("json"):
            return content["schema"]
    return None
