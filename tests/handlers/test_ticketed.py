"""Tickets at the door; what they open is in test_file_tickets and test_archives."""

from tests.school import School
from tests.uploading import owners


async def test_a_ticket_is_asked_for_in_place_of_the_header(
    shared_school: School,
) -> None:
    tutor, _, _ = await owners(shared_school)
    made = await tutor.upload_new()
    path = f"/api/files/{made['id']}/"

    both = await shared_school.http("GET", f"{path}?ticket=x", tutor.token)
    twice = await shared_school.http("GET", f"{path}?ticket=x&ticket=x")
    none = await shared_school.http("GET", path)

    assert (both.status, twice.status, none.status) == (401, 400, 401)
