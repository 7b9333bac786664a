"""Somebody is erased while lessons go on, in several processes and in a large chat."""

import asyncio

from tests.app_fixtures import MakeSchool
from tests.flows.processes import Processes
from tests.rtserver.privacy import traces
from tests.rtserver.privacy.marked_school import MARKS, marked_school


async def test_every_process_closes_sockets_and_tells_its_members(
    processes: Processes,
) -> None:
    one, two = await processes.start(2)
    marked = await marked_school(one)
    _, zoryna, olena, lesson = marked
    await one.say(zoryna, lesson, "sekretnyjtext")
    hers = [await school.chatting(zoryna) for school in (one, two)]
    mine = [await school.chatting(olena) for school in (one, two)]

    await marked.erase()

    assert [await socket.closed() for socket in hers] == [4501, 4501]
    for socket in mine:
        # They are two streams, which come in any order.
        heard = [await socket.next("chat.message.deleted", "chat.left") for _ in "12"]
        told = {event["type"]: event["payload"] for event in heard}
        assert told["chat.message.deleted"]["author"]["name"] == "Deleted user"
        assert told["chat.left"]["name"] == "Deleted user"
    assert traces.in_rows(marked.url, *MARKS) == []


async def test_a_lesson_goes_on_while_thousands_of_messages_are_erased(
    database_url: str, make_school: MakeSchool
) -> None:
    marked = await marked_school(await make_school(database_url))
    school, _, olena, lesson = marked
    await marked.write_much(5000)
    slowest = 0.0

    erasing = asyncio.create_task(marked.erase())
    while not erasing.done():
        begun = asyncio.get_running_loop().time()
        await school.say(olena, lesson, "still here")
        slowest = max(slowest, asyncio.get_running_loop().time() - begun)
        await asyncio.sleep(0.01)

    assert (await erasing)["messages"] == 5000
    # It waits for a slice, or for the file to be written anew; never for all of it.
    assert slowest < 2.0
    assert traces.in_rows(marked.url, *MARKS) == []
