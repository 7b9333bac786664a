"""Exceptions become problem documents, and tell nothing that they quote."""

import pytest
import tornado.web

from handlers.problems import problem_of
from rtserver import errors
from rtserver.errors import RtError
from store.errors import ConstraintViolated, StoreUnavailable


@pytest.mark.parametrize(
    ("cause", "status", "code"),
    [
        (errors.Conflict(), 409, "conflict"),
        (StoreUnavailable("OperationalError"), 503, "unavailable"),
        (ConstraintViolated("x"), 409, "conflict"),
        (tornado.web.HTTPError(404), 404, "not_found"),
        (tornado.web.HTTPError(400), 400, "bad_request"),
        (tornado.web.HTTPError(418), 500, "internal"),
        (tornado.web.MissingArgumentError("ids"), 400, "bad_request"),
        (ValueError("x"), 500, "internal"),
        (None, 500, "internal"),
    ],
)
def test_an_exception_is_answered_by_its_kind(
    cause: BaseException | None, status: int, code: str
) -> None:
    sent = cause.status_code if isinstance(cause, tornado.web.HTTPError) else 500

    error = problem_of(cause, sent)

    assert (error.status, error.code) == (status, code)


def test_a_missing_argument_is_named() -> None:
    error = problem_of(tornado.web.MissingArgumentError("ids"), 400)

    assert error.extra["errors"] == [{"path": "ids", "message": "is missing"}]


@pytest.mark.parametrize(
    "cause",
    [KeyError("olena@school.example"), tornado.web.HTTPError(500, "Олена")],
)
def test_what_nobody_expected_is_told_in_words_that_are_nobodys(
    cause: BaseException,
) -> None:
    assert problem_of(cause, 500).message == RtError.default
