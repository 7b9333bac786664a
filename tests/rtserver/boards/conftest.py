"""A lesson, and two processes that keep its board."""

import pytest

from tests.lesson_school import another, opened_with_lesson
from tests.rtserver.board_nodes import Node


@pytest.fixture
def school(io_loop, database_url):
    with opened_with_lesson(io_loop, database_url) as school:
        yield school


@pytest.fixture
def node(school):
    return Node(school.db, school.clock)


@pytest.fixture
def other(io_loop, school, database_url):
    """A second process on the same database."""
    with another(io_loop, database_url) as database:
        yield Node(database, school.clock)
