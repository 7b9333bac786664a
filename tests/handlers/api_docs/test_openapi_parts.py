"""What the document says of errors is what they are answered with."""

from typing import Any

import pytest

from handlers.api_docs.openapi_parts import (
    ERRORS,
    HEADERS,
    MORE_OF_BODIES,
    OWN_HEADERS,
    TAGS,
    error_responses,
)
from rtserver.accounts.user_table import InvalidLines, LineFault
from rtserver.errors import (
    BadRequest,
    MethodNotAllowed,
    RangeNotSatisfiable,
    RateLimited,
    RtError,
)
from rtserver.problem_document import problem
from tests.api_documents import faults, openapi_document

OF_THE_SOCKET = {
    *("UnknownType", "UnknownChannel", "NotSubscribed"),
    "TokenExpired",  # told as its base class is
}


def raised(error: type[RtError]) -> RtError:
    """Make an error as it comes with all that it can add."""
    if issubclass(error, InvalidLines):
        return error([LineFault(2, "name", "is missing")])
    if issubclass(error, BadRequest):
        return error.at("title", "is missing")
    if issubclass(error, RangeNotSatisfiable):
        return error(10)
    if issubclass(error, RateLimited):
        return error(1.5)
    return error(["GET"]) if issubclass(error, MethodNotAllowed) else error()


@pytest.mark.parametrize("error", ERRORS)
def test_a_problem_fits_what_is_said_of_it(error: type[RtError]) -> None:
    made = raised(error)
    response = error_responses()[error.__name__]
    schema = response["content"]["application/problem+json"]["schema"]

    told: Any = {**problem(made)}

    assert faults(openapi_document(), schema, told) == []
    assert faults(openapi_document(), schema, {**told, "more": 1})
    assert {*made.headers} <= {*response["headers"]} <= {*HEADERS}


def test_every_error_over_http_is_described_and_no_other() -> None:
    found = [RtError]
    for error in found:
        found += error.__subclasses__()

    described = {error.__name__ for error in ERRORS}
    own = {e.__name__ for e in found if e.__module__ == RtError.__module__}
    assert own - described == OF_THE_SOCKET | {"RtError"}


def test_what_is_named_elsewhere_is_there() -> None:
    document = openapi_document()
    used = {
        tag
        for methods in document["paths"].values()
        for told in methods.values()
        for tag in told["tags"]
    }

    assert {tag["name"] for tag in TAGS} == used
    assert set(MORE_OF_BODIES) <= set(document["components"]["schemas"])
    assert set(OWN_HEADERS) <= set(ERRORS)
