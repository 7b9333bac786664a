"""Finding people over HTTP."""

from urllib.parse import quote

from tests.school import Reply, School


async def find(school: School, token: str, query: str) -> Reply:
    return await school.http("GET", f"/api/people/?{query}", token)


async def test_admins_and_tutors_find_people_and_students_dont(school: School) -> None:
    olena = await school.person("Olena", "tutor")
    sofia = await school.person("Софія")
    await school.person("Stranger")
    await school.lesson(tutors=[olena], students=[sofia])

    query = f"q={quote('соф')}"
    by_admin = await find(school, await school.admin(), query)
    by_tutor = await find(school, school.token(olena), query)
    by_student = await find(school, school.token(sofia), query)
    stranger = await find(school, school.token(olena), "q=str")

    shown = {"id": sofia, "name": "Софія", "role": "student"}
    assert by_tutor.json == {"results": [shown]}
    assert by_admin.json == {"results": [shown | {"email": "софія@example.org"}]}
    assert stranger.json == {"results": []}
    assert by_student.status == 403


async def test_a_bad_query_is_named(sqlite_school: School) -> None:
    admin = await sqlite_school.admin()

    for query, path in (("", "q"), ("q=", "q"), ("q=o&limit=101", "limit")):
        reply = await find(sqlite_school, admin, query)
        assert (reply.status, reply.json["errors"][0]["path"]) == (400, path)
