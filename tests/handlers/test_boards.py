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
