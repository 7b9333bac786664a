"""The queue of patches, by itself: what it merges, splits, holds and refuses."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest

from rtserver_client import CommandError
from rtserver_client.patches import Patches
from tests.drawing import Element, element

Answer = Callable[[list[Element]], Any]


class Way:
    """A way to the server whose answers the test gives."""

    def __init__(self, *, is_open: bool = True) -> None:
        self.is_open = is_open
        self.limit = 65_536
        self.frames: list[list[Element]] = []
        self.viewer: CommandError | None = None
        self._answers: list[asyncio.Future[Any]] = []

    def refusal(self) -> CommandError | None:
        return self.viewer

    def delay(self, attempt: int) -> float:
        return 0.0

    def send(self, elements: list[Element]) -> asyncio.Future[Any]:
        self.frames.append(elements)
        self._answers.append(asyncio.get_running_loop().create_future())
        return self._answers[-1]

    async def answer(self, answer: Any) -> None:
        """Answer the first frame that isn't answered yet."""
        future = self._answers.pop(0)
        if isinstance(answer, CommandError):
            future.set_exception(answer)
        else:
            future.set_result(answer)
        await turn()

    async def run(self, answer: Answer | None = None) -> None:
        """Answer whatever is sent until nothing more comes."""
        while self._answers:
            elements = self.frames[-1]
            given = answer(elements) if answer else acked(elements, len(self.frames))
            await self.answer(given)


async def turn() -> None:
    for _ in range(3):
        await asyncio.sleep(0)


def acked(elements: list[Element], seq: int = 1) -> dict[str, Any]:
    accepted = [each["id"] for each in elements]
    return {"seq": seq, "accepted": accepted, "rejected": [], "current": []}


async def test_while_a_frame_is_under_way_the_rest_is_merged_to_the_latest_versions():
    way = Way()
    patches = Patches(way)
    first = patches.add([element("a", 1)])
    older = patches.add([element("a", 4)])
    both = patches.add([element("a", 3), element("b", 1)])
    same = patches.add([element("a", 4, -1)])
    assert len(way.frames) == 1

    await way.run()

    assert way.frames[1:] == [[element("a", 4, -1), element("b", 1)]]
    assert (await first)["seq"] == 1
    assert await both == acked([element("a"), element("b")], 2)
    assert (await older)["accepted"] == (await same)["accepted"] == ["a"]


async def test_each_call_hears_of_its_own_elements_alone_the_winners_with_them():
    way = Way(is_open=False)
    patches = Patches(way)
    one, other = patches.add([element("a")]), patches.add([element("b")])
    way.is_open = True
    patches.wake()

    lost = {"rejected": ["b"], "current": [element("b", 9)]}
    await way.answer({"seq": 5, "accepted": ["a"], **lost})

    assert await one == acked([element("a")], 5)
    assert await other == {"seq": 5, "accepted": [], **lost}


async def test_a_minute_of_drawing_without_a_connection_becomes_one_frame():
    way = Way(is_open=False)
    patches = Patches(way)
    points: list[int] = []
    calls = []
    for number in range(3600):
        points.append(number)
        drawn = element(f"s{number % 3}", number + 1, points=points)
        calls.append(patches.add([drawn]))
    way.is_open = True
    patches.wake()
    await way.run()
    await asyncio.gather(*calls)

    [frame] = way.frames
    assert [each["version"] for each in frame] == [3598, 3599, 3600]
    assert [len(each["points"]) for each in frame] == [3598, 3599, 3600]


async def test_frames_stay_under_500_elements_and_the_bytes_of_a_message():
    way = Way()
    text = "x" * 4000
    large = [element(f"l{number}", text=text) for number in range(100)]
    small = [element(f"n{number}") for number in range(1200)]
    done = Patches(way).add([*large, *small])

    await way.run()

    assert all(len(frame) <= 500 for frame in way.frames)
    assert all(len(json.dumps(frame)) < way.limit for frame in way.frames)
    assert len(way.frames) == 7 + 2  # 16 of the large ones fit
    assert len((await done)["accepted"]) == 1300


async def test_after_rate_limited_the_whole_queue_holds_whatever_comes_or_opens():
    way = Way()
    patches = Patches(way)
    loop = asyncio.get_running_loop()
    calls = [patches.add([element("a", 1)])]
    await way.answer(CommandError("rate_limited", retry_after=0.2))
    began = loop.time()

    calls += [patches.add([element("a", version)]) for version in range(2, 50)]
    patches.wake()
    await turn()
    assert len(way.frames) == 1
    while len(way.frames) < 2:
        await asyncio.sleep(0.01)

    assert loop.time() - began > 0.19
    await way.run()
    await asyncio.gather(*calls)
    assert way.frames[1:] == [[element("a", 49)]]


async def test_what_comes_while_a_frame_fails_is_merged_with_it():
    way = Way()
    patches = Patches(way)
    calls = [
        patches.add([element("a", 1), element("b", 2)]),
        patches.add([element("b", 1), element("a", 2)]),
    ]

    await way.answer(CommandError("disconnected"))
    patches.wake()
    await way.run()

    assert way.frames[1] == [element("a", 2), element("b", 2)]
    assert [len((await call)["accepted"]) for call in calls] == [2, 2]


async def test_one_element_that_the_server_refuses_fails_alone():
    way = Way(is_open=False)
    patches = Patches(way)
    calls = [patches.add([element(f"n{number}")]) for number in range(40)]
    way.is_open = True
    patches.wake()

    def answer(elements: list[Element]) -> Any:
        bad = any(each["id"] == "n13" for each in elements)
        return CommandError("too_large") if bad else acked(elements)

    await way.run(answer)
    done = await asyncio.gather(*calls, return_exceptions=True)

    failed = [n for n, each in enumerate(done) if isinstance(each, CommandError)]
    assert failed == [13]
    assert len(way.frames) < 20


async def test_call_that_failed_takes_the_rest_of_its_elements_along():
    way = Way()
    way.limit = 300  # one element a frame
    patches = Patches(way)
    call = patches.add([element("a", text="x" * 100), element("b", text="x" * 100)])
    other = patches.add([element("c")])

    await way.answer(CommandError("forbidden"))
    await way.run()

    assert isinstance(call.exception(), CommandError)
    assert [frame[0]["id"] for frame in way.frames] == ["a", "c"]
    assert (await other)["accepted"] == ["c"]


async def test_cancelled_patch_is_not_sent_unless_others_want_its_element():
    way = Way(is_open=False)
    patches = Patches(way)
    gone = patches.add([element("a", 1), element("b", 2)])
    stays = patches.add([element("b", 1)])

    gone.cancel()
    await turn()
    way.is_open = True
    patches.wake()
    await way.run()

    assert way.frames == [[element("b", 2)]]
    assert (await stays)["accepted"] == ["b"]


async def test_drained_it_sends_everything_at_once_and_ended_it_fails_the_rest():
    way = Way()
    patches = Patches(way)
    calls = [patches.add([element("a")]), patches.add([element("b")])]
    patches.drain()
    assert len(way.frames) == 2
    way.is_open = False
    late = patches.add([element("c")])

    patches.end(CommandError("closed"))
    for frame in way.frames:
        await way.answer(acked(frame))

    assert [(await call)["accepted"] for call in calls] == [["a"], ["b"]]
    for failed in (late, patches.add([element("d")])):
        with pytest.raises(CommandError, match="closed"):
            await failed
    assert patches.pending == []


async def test_who_may_only_look_sends_nothing_and_what_waited_fails():
    way = Way(is_open=False)
    patches = Patches(way)
    waiting = patches.add([element("a")])
    way.is_open, way.viewer = True, CommandError("forbidden")
    patches.wake()

    for failed in (waiting, patches.add([element("b")])):
        with pytest.raises(CommandError, match="forbidden"):
            await failed
    assert way.frames == []


@pytest.mark.parametrize(
    "bad",
    [
        {},
        {"id": 1, "version": 1},
        {"id": [], "version": 1},
        {"id": "a"},
        {"id": "a", "version": "1"},
        {"id": "a", "version": 1, "versionNonce": None},
        element("a", x=float("nan")),
    ],
)
async def test_what_is_no_element_is_told_and_not_sent(bad: Any) -> None:
    way = Way()

    with pytest.raises(ValueError):
        Patches(way).add([element("good"), bad])
    assert way.frames == []


async def test_no_elements_are_no_frame():
    way = Way()

    assert await Patches(way).add([]) == {**acked([]), "seq": None}
    assert way.frames == []


async def test_a_frame_has_room_for_bytes_and_not_for_letters():
    way = Way(is_open=False)
    patches = Patches(way)
    sent = [element(id, 1, text="ї" * 10_000) for id in "abcd"]
    futures = [patches.add([each]) for each in sent]
    way.is_open = True
    patches.pump()

    await way.run()

    assert [len(frame) for frame in way.frames] == [3, 1]
    assert all([await future for future in futures])
