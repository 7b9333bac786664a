"""Who types, and how far each has read (contract 2.3 and 2.4)."""

from tests.flows.test_chat import class_of
from tests.school import School


async def test_typing_reaches_others_at_most_once_per_three_seconds(
    school: School,
) -> None:
    olena, taras, lesson = await class_of(school)
    tutor, student = await school.chatting(olena), await school.chatting(taras)

    for _ in range(3):
        assert await student.call("chat.typing", lesson_id=lesson) == {}
    event = await tutor.next("chat.typing")

    assert event["payload"] == {"lesson_id": lesson, "user_id": taras}
    assert await tutor.quiet() == []
    assert await student.quiet() == []


async def test_typing_is_refused_as_soon_as_its_right_ends(school: School) -> None:
    olena, taras, lesson = await class_of(school)
    tutor, student = await school.connect(olena), await school.connect(taras)
    for socket in (tutor, student):
        assert await socket.call("chat.typing", lesson_id=lesson) == {}

    path, token = f"/api/lessons/{lesson}/", school.token(olena)
    await school.http("DELETE", f"{path}members/{taras}/", token)
    removed = await student.ask("chat.typing", None, {"lesson_id": lesson})
    await school.http("DELETE", path, token)
    cancelled = await tutor.ask("chat.typing", None, {"lesson_id": lesson})

    assert removed["payload"]["code"] == "forbidden"
    assert cancelled["payload"]["code"] == "conflict"


async def test_read_mark_never_goes_back_nor_beyond_the_seq(school: School) -> None:
    olena, taras, lesson = await class_of(school)
    for n in range(3):
        await school.say(olena, lesson, str(n))
    phone, laptop = await school.chatting(taras), await school.chatting(taras)

    marks = [
        (await phone.call("chat.read", lesson_id=lesson, seq=seq))["seq"]
        for seq in (2, 1, 99)
    ]
    history = await school.http(
        "GET", f"/api/chat/history/?lesson_id={lesson}", school.token(olena)
    )

    assert marks == [2, 2, 3]
    assert history.json["reads"] == {str(taras): 3}
    event = await laptop.next("chat.read")
    assert event["payload"]["user_id"] == taras


async def test_reads_are_of_members_and_a_mark_outlasts_an_absence(
    school: School,
) -> None:
    olena, taras, lesson = await class_of(school)
    await school.say(olena, lesson, "1")
    await (await school.connect(taras)).call("chat.read", lesson_id=lesson, seq=1)
    members, admin = f"/api/lessons/{lesson}/members/", await school.admin()
    back = {"user_id": taras, "role": "student", "state": "accepted"}

    reads = []
    for method, path, body in (
        ("DELETE", f"{members}{taras}/", None),
        ("POST", members, back),
    ):
        await school.http(method, path, admin, body)
        history = f"/api/chat/history/?lesson_id={lesson}"
        reads.append((await school.http("GET", history, school.token(olena))).json)

    assert [one["reads"] for one in reads] == [{}, {str(taras): 1}]
