"""The AsyncAPI document tells of every frame, and is what it says it is."""

import copy
import json

import pytest

from handlers.api_docs.asyncapi import error_codes
from tests.api_documents import asyncapi_document, asyncapi_schema, faults
from tests.docs_examples import frames, page, section
from tests.test_docs import first_cells

PROTOCOL = page("docs/protocol.md")


def test_document_is_asyncapi() -> None:
    assert [e.message for e in asyncapi_schema().iter_errors(asyncapi_document())] == []


def test_a_wrong_document_is_found() -> None:
    wrong = copy.deepcopy(asyncapi_document())
    wrong["operations"]["receive.ping"]["action"] = "take"

    assert not asyncapi_schema().is_valid(wrong)


def test_every_reference_leads_somewhere() -> None:
    document = asyncapi_document()

    for line in json.dumps(document, indent=0).splitlines():
        if '"$ref"' in line:
            found = document
            for step in line.split('"')[3].removeprefix("#/").split("/"):
                found = found[step]


def test_every_error_code_of_the_socket_is_documented() -> None:
    listed = set(first_cells(section(PROTOCOL, "Errors")))

    assert listed - set(error_codes()) == {
        "method_not_allowed",
        "unsupported_media_type",
    }


@pytest.mark.parametrize("name", ["BoardCursorMove", "BoardPreview"])
def test_what_goes_to_nobody_is_not_offered_without_a_word(name: str) -> None:
    payload = asyncapi_document()["components"]["schemas"][name]

    assert payload["properties"]["user_id"] == {
        "description": "Left out: the others get the id of who sent it."
    }
    assert "user_id" not in payload["required"]


@pytest.mark.parametrize("nonce", [2**53 - 1, 2**53, -(2**53) + 1, -(2**53)])
def test_element_is_described_with_the_limits_that_it_has(nonce: int) -> None:
    document = asyncapi_document()
    element = {"id": "a", "version": 1, "versionNonce": nonce}
    schema = {"$ref": "#/components/schemas/ElementShape"}

    assert (faults(document, schema, element) == []) is (abs(nonce) < 2**53)


@pytest.mark.parametrize("frame", frames(PROTOCOL, "Server"), ids=lambda f: f["type"])
def test_frame_of_the_protocol_page_fits_its_schema(frame: dict) -> None:
    document = asyncapi_document()
    messages = document["components"]["messages"]
    type = frame["type"]
    names = [f"event.{type}", type, "event.notification"]
    if type == "ack":
        names = [name for name in messages if name.startswith("ack.")]
    fitting = [
        name
        for name in names
        if name in messages and not faults(document, messages[name]["payload"], frame)
    ]

    assert fitting, frame
