"""A lesson with its members, and the services that change them."""

import pytest

from rtserver.lessons.members import Members
from rtserver.lessons.service import Lessons
from tests.fakes import NoNotices
from tests.lesson_school import opened_with_lesson


@pytest.fixture
def school(io_loop, database_url):
    with opened_with_lesson(io_loop, database_url) as school:
        yield school


@pytest.fixture
def lessons(school):
    return Lessons(school.db, school.clock, NoNotices())


@pytest.fixture
def members(school):
    return Members(school.db, school.clock, NoNotices())
