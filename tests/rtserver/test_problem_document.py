"""Problem documents have what their error has to say."""

from rtserver import errors
from rtserver.errors import BadRequest, RateLimited
from rtserver.problem_document import problem


def test_a_problem_has_the_members_of_the_rfc_and_the_code() -> None:
    assert problem(errors.NotFound("There is no lesson 7.")) == {
        "type": "urn:rtserver:error:not_found",
        "title": "Not Found",
        "status": 404,
        "detail": "There is no lesson 7.",
        "code": "not_found",
    }


def test_a_problem_has_what_its_error_adds() -> None:
    wrong, fast = problem(BadRequest.at("title", "is missing")), RateLimited(1.5)

    assert wrong["detail"] == "title: is missing"
    assert wrong["errors"] == [{"path": "title", "message": "is missing"}]
    assert problem(fast)["retry_after"] == 1.5
