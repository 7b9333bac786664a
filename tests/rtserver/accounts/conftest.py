"""A school with somebody who can sign in."""

import pytest

from tests.rtserver.account_school import PASSWORD, logins_of, opened_school


@pytest.fixture
def school(io_loop, database_url):
    """A school in which Olena has a password."""
    with opened_school(io_loop, database_url) as school:
        school.olena = io_loop.run_sync(lambda: school.add(password=PASSWORD))
        school.logins = logins_of(school)
        yield school
