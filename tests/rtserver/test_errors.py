"""What a caller is told went wrong, and what they aren't."""

import logging
import sqlite3

import pytest

from rtserver.errors import (
    BadRequest,
    Conflict,
    Fault,
    Internal,
    Invalid,
    MethodNotAllowed,
    NotFound,
    RateLimited,
    RtError,
    TokenExpired,
    Unauthenticated,
    Unavailable,
    log_unexpected,
    to_error,
)
from store.errors import ConstraintViolated, StoreUnavailable


@pytest.mark.parametrize(
    ("cause", "told"),
    [
        (StoreUnavailable("host db7 refuses"), Unavailable),
        (ConstraintViolated("users.email_key"), Conflict),
        (sqlite3.OperationalError("no such column: password"), Internal),
        (KeyError("olena@school.example"), Internal),
        (None, Internal),
    ],
)
def test_no_error_of_anothers_making_is_quoted(
    cause: BaseException | None, told: type[RtError]
) -> None:
    error = to_error(cause)

    assert type(error) is told
    assert error.message == told.default


def test_an_error_that_was_meant_for_the_caller_passes_as_it_is() -> None:
    error = Invalid.at("text", "at least 1 character, please")

    assert to_error(error) is error
    assert error.extra == {"errors": [error.faults[0]._asdict()]}


def test_a_wrong_place_is_named_in_the_sentence_and_beside_it() -> None:
    named, whole = BadRequest.at("id", "expected an integer"), BadRequest.at("", "no")

    assert (named.message, named.status) == ("id: expected an integer", 400)
    assert named.faults == (Fault("id", "expected an integer"),)
    assert whole.message == "no"


@pytest.mark.parametrize(
    ("seconds", "told", "header"),
    [(0.0, 0.001, "1"), (0.0004, 0.001, "1"), (1.2341, 1.235, "2"), (3, 3.0, "3")],
)
def test_whoever_waits_as_long_as_told_has_waited_long_enough(
    seconds: float, told: float, header: str
) -> None:
    error = RateLimited(seconds)

    assert error.extra == {"retry_after": told} and told >= seconds
    assert error.headers == {"Retry-After": header}


def test_errors_bring_the_headers_that_http_asks_for() -> None:
    assert MethodNotAllowed(["GET", "HEAD"]).headers == {"Allow": "GET, HEAD"}
    for error in (Unauthenticated(), TokenExpired()):
        assert error.headers["WWW-Authenticate"].startswith("Bearer ")
    assert NotFound().headers == {}


def test_only_what_may_pass_by_waiting_is_temporary() -> None:
    assert RateLimited(1.0).temporary and Unavailable().temporary
    for error in (Internal(), Conflict(), Unauthenticated()):
        assert not error.temporary


def test_a_log_says_where_it_broke_and_not_with_what(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def broken() -> None:
        raise ValueError("olena@school.example")

    try:
        broken()
    except ValueError as error:
        log_unexpected(logging.getLogger("rtserver"), error, "command chat.read")

    assert "command chat.read: unexpected ValueError at" in caplog.text
    assert "broken" in caplog.text and "olena" not in caplog.text
