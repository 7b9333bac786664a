"""A board over HTTP."""

from tests.drawing import element, two_drawers
from tests.school import School


async def test_http_gives_the_snapshot_too(school: School) -> None:
    tutor, _, lesson = await two_drawers(school)
    await tutor.draw(element("a", text="Ґ"))
    user = tutor.socket.welcome["user"]["id"]

    for path in (f"/api/boards/{lesson}/", f"/api/boards/{lesson}"):
        reply = await school.http("GET", path, school.token(user))

        assert reply.status == 200
        assert reply.json["seq"] == 1
        assert reply.json["elements"] == [element("a", text="Ґ")]
        assert reply.json.keys() == {"seq", "epoch", "elements", "taken_at"}


async def test_a_large_board_is_sent_whole_and_without_a_length(
    shared_school: School,
) -> None:
    tutor, _, lesson = await two_drawers(shared_school)
    for number in range(10):
        await tutor.draw(element(f"e{number}", text="Ґ" * 20_000))
    user = tutor.socket.welcome["user"]["id"]

    path = f"/api/boards/{lesson}/"
    reply = await shared_school.http("GET", path, shared_school.token(user))

    assert reply.headers["Content-Type"] == "application/json; charset=utf-8"
    assert "Content-Length" not in reply.headers
    assert {each["id"] for each in reply.json["elements"]} == {
        f"e{number}" for number in range(10)
    }


async def test_a_board_of_others_is_not_there(shared_school: School) -> None:
    olena = await shared_school.person("Olena", "tutor")
    lesson = await shared_school.lesson(tutors=[olena])
    stranger = shared_school.token(await shared_school.person("Ivan", "tutor"))

    for id in (lesson, 2**53 - 1, 2**53):
        reply = await shared_school.http("GET", f"/api/boards/{id}/", stranger)

        assert (reply.status, reply.json["code"]) == (404, "not_found")
