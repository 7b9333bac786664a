"""A line of log knows what it is about, wherever it is written."""

import asyncio
import logging
import re
from collections.abc import Mapping
from contextvars import copy_context
from typing import Any

from rtserver.log_context import CONNECTION, REQUEST, about, new_request_id, subject


def line(**more: Any) -> Mapping[str, Any]:
    """Return what a line that is logged now is about."""
    record = logging.makeLogRecord({"msg": "something", **more})
    return subject(record)


async def test_tasks_know_the_request_that_they_came_from() -> None:
    async def later() -> Mapping[str, Any]:
        await asyncio.sleep(0)
        return line()

    REQUEST.set("r1")
    task = asyncio.create_task(later())
    REQUEST.set("r2")

    assert await task == {"request": "r1"}
    assert line() == {"request": "r2"}


def test_a_line_about_another_connection_names_that_one() -> None:
    def at_work() -> None:
        CONNECTION.set("c_1")
        assert line() == {"connection": "c_1"}
        assert line(**about(connection="c_2", user=7)) == {
            "connection": "c_2",
            "user": 7,
        }

    copy_context().run(at_work)


def test_a_line_about_nothing_in_particular_says_nothing() -> None:
    assert copy_context().run(line) == {}


def test_requests_have_ids_of_their_own() -> None:
    made = {new_request_id() for _ in range(1000)}

    assert len(made) == 1000
    assert all(re.fullmatch("[0-9a-f]{16}", id) for id in made)
