"""Small print of the contract that is easily lost."""

from tests.flows.test_chat import class_of
from tests.school import School


async def test_the_connection_that_marks_as_read_gets_the_ack_alone(
    sqlite_school: School,
) -> None:
    olena, taras, lesson = await class_of(sqlite_school)
    await sqlite_school.say(olena, lesson, "hi")
    phone = await sqlite_school.chatting(taras)
    laptop = await sqlite_school.chatting(taras)

    await phone.call("chat.read", lesson_id=lesson, seq=1)
    event = await laptop.next("chat.read")

    assert event["payload"] == {"lesson_id": lesson, "user_id": taras, "seq": 1}
    assert await phone.quiet() == []
